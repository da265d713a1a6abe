// Certificates as PEM, the one text of the configuration that has line ends, and the blocks such a text is made of
// (RFC 7468). Pure: what the bytes in a block say is not looked at.
import { accept, type Kind, refuse, TEXT_LENGTH_MAX } from "../kind.ts";

/** A chain of certificates. What stands around the blocks is left out, and a private key is refused unseen. */
export function pemCertificates(bounds: { readonly max: number }): Kind<string, string> {
  const wish = `PEM text with 1 to ${bounds.max} certificates and no private key`;
  return {
    name: "PEM certificates",
    wish,
    decode(given) {
      const blocks = typeof given === "string" && given.length <= PEM_LENGTH_MAX ? readPem(given) : undefined;
      if (blocks === undefined || blocks.length === 0 || blocks.length > bounds.max) return refuse(unseen, wish);
      if (!blocks.every(({ label }) => label === "CERTIFICATE")) return refuse(unseen, wish);
      return accept(blocks.map(writePem).join(""));
    },
    print: (value) => value,
    jsonSchema: { type: "string", maxLength: PEM_LENGTH_MAX, description: wish },
  };
}

/** A private key on its way to be sealed; it is no kind for a setting, whose secrets are held sealed. */
export const pemKey: Kind<string, string> = {
  name: "PEM private key",
  wish: "a private key in PEM without a passphrase",
  decode: (given) =>
    typeof given === "string" && given.length <= TEXT_LENGTH_MAX ? accept(given) : refuse(unseen, pemKey.wish),
  print: (value) => value,
  jsonSchema: { type: "string", maxLength: TEXT_LENGTH_MAX },
};

export interface PemBlock {
  /** "CERTIFICATE", "PRIVATE KEY". */
  readonly label: string;
  /** Lines such as `Proc-Type: 4,ENCRYPTED`, which old encrypted keys have (RFC 1421). */
  readonly headers: readonly string[];
  readonly base64: string;
}

/** A long chain of large keys; a text beyond that is something else. */
export const PEM_LENGTH_MAX = 128 * 1024;

/** It may hold a key: no message repeats it. */
const unseen = "(not shown)";

const LINE_LENGTH = 64;

/** The blocks of a text, with whatever stands between them left out; undefined when a block is broken. */
export function readPem(text: string): readonly PemBlock[] | undefined {
  const blocks: PemBlock[] = [];
  let open: { label: string; headers: string[]; base64: string } | undefined;
  for (const line of text.split(/\r\n|\n|\r/).map((it) => it.trim())) {
    const [, edge, label = ""] = /^-----(BEGIN|END) ([A-Z0-9 ]{1,64})-----$/.exec(line) ?? [];
    if (edge === "BEGIN") {
      if (open !== undefined) return undefined;
      open = { label, headers: [], base64: "" };
    } else if (edge === "END") {
      if (open?.label !== label || !isBase64(open.base64)) return undefined;
      blocks.push(open);
      open = undefined;
    } else if (open === undefined) continue;
    else if (open.base64 === "" && line.includes(":")) open.headers.push(line);
    else open.base64 += line;
  }
  return open === undefined ? blocks : undefined;
}

/** The one spelling of a block; it ends with a line end. */
export function writePem({ label, headers, base64 }: PemBlock): string {
  const lines = base64.match(new RegExp(`.{1,${LINE_LENGTH}}`, "g")) ?? [];
  const head = headers.length === 0 ? [] : [...headers, ""];
  return [`-----BEGIN ${label}-----`, ...head, ...lines, `-----END ${label}-----`, ""].join("\n");
}

const isBase64 = (text: string): boolean =>
  text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
