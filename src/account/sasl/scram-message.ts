// The messages of SCRAM (RFC 5802 §7) as data: read strictly, and written. Pure.
import { bad, good, type Result } from "../../base/result.ts";

export interface ClientFirst {
  /** As it came; the client repeats it in base64, so that nobody can have changed it. */
  readonly gs2Header: string;
  /** Without the header: a part of what is signed. */
  readonly bare: string;
  readonly authorize: string;
  readonly account: string;
  readonly nonce: string;
}

export interface ClientFinal {
  readonly channelBinding: string;
  readonly nonce: string;
  /** Base64. */
  readonly proof: string;
  /** The message without its proof: a part of what is signed. */
  readonly withoutProof: string;
}

const PRINTABLE_NONCE = /^[\x21-\x2b\x2d-\x7e]{1,512}$/;

/** RFC 5802 §7: `n,,n=user,r=nonce`. */
export function readClientFirst(text: string): Result<ClientFirst, string> {
  const [, flag, authorizeText, bare] = /^([^,]*),([^,]*),(.*)$/s.exec(text) ?? [];
  if (flag === undefined || authorizeText === undefined || bare === undefined) return bad("it has no header");
  // RFC 5802 §6: a client that could bind and believes that we cannot says "y", and is right.
  if (/^p=[A-Za-z0-9.-]+$/.test(flag)) return bad("it binds to the channel, which only SCRAM-SHA-256-PLUS does");
  if (flag !== "n" && flag !== "y") return bad("its header begins with none of n, y and p");
  const authorize = authorizeText === "" ? "" : saslName(authorizeText, "a=");
  const [nameText = "", nonceText = ""] = bare.split(",");
  if (nameText.startsWith("m=")) return bad("it asks for an extension, and there is none");
  const account = saslName(nameText, "n=");
  const nonce = nonceText.startsWith("r=") ? nonceText.slice(2) : "";
  if (authorize === undefined || account === undefined) return bad("a name in it is not written as RFC 5802 says");
  if (account === "" || !PRINTABLE_NONCE.test(nonce)) return bad("it lacks a name or a nonce");
  return good({ gs2Header: `${flag},${authorizeText},`, bare, authorize, account, nonce });
}

/** RFC 5802 §7: `c=biws,r=nonce,p=proof`; the proof comes last. */
export function readClientFinal(text: string): Result<ClientFinal, string> {
  const [, withoutProof, channelBinding, nonce, proof] =
    /^(c=([A-Za-z0-9+/=]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,[A-Za-z]=[^,]*)*),p=([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (withoutProof === undefined || channelBinding === undefined || nonce === undefined || proof === undefined)
    return bad("it is not made of binding, nonce and proof");
  return good({ channelBinding, nonce, proof, withoutProof });
}

export const serverFirst = (nonce: string, salt: string, iterations: number): string =>
  `r=${nonce},s=${salt},i=${iterations}`;

/** RFC 5802 §5.1: comma and equals sign are written as =2C and =3D, and no other sign so. */
function saslName(text: string, attribute: "a=" | "n="): string | undefined {
  if (!text.startsWith(attribute)) return undefined;
  const name = text.slice(attribute.length);
  if (/=(?!2C|3D)/.test(name)) return undefined;
  return name.replaceAll(/=2C|=3D/g, (it) => (it === "=2C" ? "," : "="));
}
