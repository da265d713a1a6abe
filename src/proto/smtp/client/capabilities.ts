// What a server offers, read from its answer to EHLO. Pure; what cannot be read is not offered.
import type { Offers } from "../parameters.ts";
import type { Reply } from "../reply.ts";

export interface Capabilities {
  /** Keywords in capitals, with what stands behind them. */
  readonly words: ReadonlyMap<string, string>;
  /** RFC 1870 §4; null where there is no limit that it tells. */
  readonly sizeMax: number | null;
  /** RFC 4954 §3: names of mechanisms, in the order of the server. */
  readonly mechanisms: readonly string[];
  /** RFC 9422 §4. */
  readonly recipientsMax: number | null;
  readonly messagesMax: number | null;
}

/** RFC 5321 §4.1.1.1: the first line names the server, each other an extension. */
export function readCapabilities({ lines }: Reply): Capabilities {
  const words = new Map<string, string>();
  const mechanisms = new Set<string>();
  for (const line of lines.slice(1)) {
    // Old servers and old clients write `AUTH=LOGIN` for what became `AUTH LOGIN`.
    const [, keyword, values = ""] = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:[ =]+(.*))?$/.exec(line) ?? [];
    if (keyword === undefined) continue;
    const name = keyword.toUpperCase();
    words.set(name, values.trim());
    if (name === "AUTH") for (const it of values.toUpperCase().split(/ +/)) if (it !== "") mechanisms.add(it);
  }
  const limits = words.get("LIMITS") ?? "";
  return {
    words,
    sizeMax: count(/^\d+$/.exec(words.get("SIZE") ?? "")?.[0]),
    mechanisms: [...mechanisms],
    recipientsMax: count(/(?:^| )RCPTMAX=(\d+)/i.exec(limits)?.[1]),
    messagesMax: count(/(?:^| )MAILMAX=(\d+)/i.exec(limits)?.[1]),
  };
}

/** Of a server that was greeted with HELO. */
export const noCapabilities: Capabilities = readCapabilities({ code: 250, lines: [""] });

export const offersOf =
  ({ words }: Capabilities): Offers =>
  (extension) =>
    words.has(extension) && (extension !== "BINARYMIME" || words.has("CHUNKING"));

/** Nought means that nothing is told. */
function count(digits: string | undefined): number | null {
  if (digits === undefined || Number(digits) === 0) return null;
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}
