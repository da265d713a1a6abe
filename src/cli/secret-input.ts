// How a secret comes in: typed without being shown, or from standard input. Never from the argument list, which every
// user of the machine can read and every shell keeps in its history.
import { bad, good, type Result } from "../base/result.ts";
import type { Context } from "./context.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";

const SECRET_BYTES_MAX = 64 * 1024;

export async function readSecret(
  { world: { stdin }, out }: Context,
  what: string,
  options: { readonly twice?: boolean } = {},
): Promise<Result<string, ExitCode>> {
  if (!stdin.isTerminal) {
    const text = await stdin.readAll(SECRET_BYTES_MAX);
    if (text === undefined) return bad(out.misused(`${what} is longer than ${SECRET_BYTES_MAX} bytes`, "Give less"));
    const secret = text.replace(/\r?\n$/, "");
    return secret === "" ? bad(missing(out, what)) : good(secret);
  }
  const first = await stdin.ask(`${what} (not shown): `, { shown: false });
  if (first === undefined) return bad(exitCodes.interrupted);
  if (first === "") return bad(missing(out, what));
  if (options.twice !== true) return good(first);
  const second = await stdin.ask("The same once more: ", { shown: false });
  if (second === undefined) return bad(exitCodes.interrupted);
  return first === second ? good(first) : bad(out.misused(`${what} was typed in two ways`, "Type the command again"));
}

const missing = (out: Context["out"], what: string): ExitCode =>
  out.misused(`${what} is empty`, "Type it when asked, or give it on standard input");
