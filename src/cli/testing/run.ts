// Runs a command line in a fake world and gives what came of it.
import { runCommand } from "../run.ts";
import { type FakeProgram, fakeProgram, type ProgramOptions } from "./fake-program.ts";
import { type FakeWorld, fakeWorld, type WorldOptions } from "./fake-world.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly program: FakeProgram;
  readonly world: FakeWorld;
}

/** `words` are the command line behind `inetsrv`; one text is taken apart at its spaces. */
export async function run(
  words: string | readonly string[],
  options: ProgramOptions & WorldOptions & { readonly program?: FakeProgram } = {},
): Promise<Ran> {
  const program = options.program ?? fakeProgram(options);
  const world = fakeWorld(options);
  const list = typeof words === "string" ? words.split(" ").filter((it) => it !== "") : words;
  const code = await runCommand(program, list, world);
  if (program.open.count !== 0) throw new Error(`${program.open.count} clients were left open`);
  return { code, out: world.out.text, err: world.err.text, program, world };
}
