// Asks before what cannot be taken back. Where nobody is there to answer, it has to be said beforehand.
import type { Context } from "./context.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";

export interface Confirmation {
  readonly question: string;
  /** What whoever does not agree is told. */
  readonly declined: string;
}

/** `wanted` is read after "It would". The exit code of a verb that does not go on. */
export async function confirmed(
  { out, world }: Context,
  wanted: string,
  { question, declined }: Confirmation,
): Promise<ExitCode | undefined> {
  if (!world.stdin.isTerminal || out.json) return out.misused(`It would ${wanted}`, "Say that it is meant: --yes");
  const answer = await world.stdin.ask(`${question} Type yes: `, { shown: true });
  if (answer === undefined) return exitCodes.interrupted;
  if (answer.trim().toLowerCase() === "yes") return undefined;
  out.note(declined);
  return exitCodes.done;
}
