// Runs an ordinary client of this machine, such as curl, to its end. Only for tests, which are skipped and say so where
// the client is missing.
import { findProgram } from "./machine.ts";

export interface ClientEnded {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface ClientWorld {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

export async function runClient(
  words: readonly string[],
  { input = "", environment = {}, folder }: ClientWorld = {},
): Promise<ClientEnded> {
  const child = Bun.spawn([...words], {
    ...(folder === undefined ? {} : { cwd: folder }),
    env: { ...process.env, ...environment },
    stdin: Buffer.from(input),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, out, err };
}

/** The name for a test that needs these programs, and whether it is to be skipped for want of one. */
export function needing(
  title: string,
  ...programs: readonly string[]
): { readonly title: string; readonly skip: boolean } {
  const missing = programs.filter((it) => findProgram(it) === undefined);
  const skip = missing.length > 0;
  return { title: skip ? `${title} (skipped: no ${missing.join(", ")} on this machine)` : title, skip };
}
