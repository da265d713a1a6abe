// Takes a password out of what a server answers: some repeat a command that they do not understand, and their words go into
// logs, into the story of a message and to people. Pure.
import type { Heard } from "../../proto/smtp/client/talk.ts";
import type { Way } from "./policy.ts";

const HIDDEN = "***";

/** Only where it says no: what a login goes on with is left as it is. */
export function withoutSecret(heard: Heard, login: Way["login"]): Heard {
  const { reply } = heard;
  const { account = "", password = "" } = login ?? {};
  if (password === "" || reply.code < 400) return heard;
  const spellings = [`\0${account}\0${password}`, password].map((it) => Buffer.from(it).toString("base64"));
  const hidden = (line: string): string =>
    [...spellings, password].reduce((text, secret) => text.replaceAll(secret, HIDDEN), line);
  return { ...heard, reply: { ...reply, lines: reply.lines.map(hidden) } };
}
