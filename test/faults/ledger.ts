// What the installation has acknowledged: letters with 250, a change of the configuration, a user. In the end all of it
// has to be there, in the queue or at the next server, whatever happened in between. Only for tests.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { submit } from "../mail/submit.ts";
import { Peer } from "../program/peer.ts";
import type { Program } from "../program/program.ts";
import type { Ports } from "./probes.ts";
import type { SmartHost } from "./smart-host.ts";

/** Letters of the installation: three small ones, and one with a body in a file of its own. */
export type LetterName = "first" | "second" | "last" | "large";

/** Where to look for it. */
interface Place {
  readonly program: Program;
  readonly smartHost: SmartHost;
  readonly ports: ReadonlyMap<string, Ports>;
}

/** Stated before the fault; a client hears it. */
export const GREETING = "Acknowledged before the fault";
export const USER = "anna";
export const PASSWORD = "correct horse battery";

/** Where mail for a domain of ours is put, by rows that make one. */
export const DROPS = "content/club";
/** Beyond what the books of the spool hold, so that it has a file of its own. */
const LARGE_LINES = 5000;
const line = (name: string, n: number): string => `${name} ${n} ${"x".repeat(60)}\r\n`;
const bodyOf = (name: string): string =>
  name === "large" ? Array.from({ length: LARGE_LINES }, (_, n) => line(name, n)).join("") : line(name, 0);

/** Hands in a letter for another house; resolves once it is acknowledged. */
export const handIn = (port: number, name: string): Promise<string> =>
  submit(port, {
    from: "ada@house.example",
    to: ["bob@far.example"],
    text: `From: ada@house.example\r\nTo: bob@far.example\r\nSubject: ${name}\r\n\r\n${bodyOf(name)}`,
  });

export const letterNames: readonly LetterName[] = ["first", "second", "large", "last"];

/** What is not there any more of all that was acknowledged. */
export async function missing(rig: Place, letters: readonly string[]): Promise<readonly string[]> {
  return [...(await missingLetters(rig, letters)), ...(await missingSettings(rig))];
}

async function missingLetters({ program, smartHost }: Place, letters: readonly string[]): Promise<readonly string[]> {
  const folder = join(program.folder, "exported");
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);
  // One of them may not be readable any more, which is for the fault to say; the others are there all the same.
  const { err } = await program.run("queue", "export", folder, "--all");
  const waiting = folderTexts(folder);
  const dropped = folderTexts(join(program.home, DROPS));
  const everywhere = [...waiting, ...dropped, ...smartHost.taken.map((it) => `${it}\r\n`)];
  return letters
    .filter((it) => !everywhere.some((text) => text.includes(bodyOf(it))))
    .map((it) => `letter ${it} (${err.trim()})`);
}

const folderTexts = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).map((it) => readFileSync(join(folder, it), "latin1")) : [];

async function missingSettings({ ports }: Place): Promise<readonly string[]> {
  using peer = await Peer.open(ports.get("ftp/second")?.clear ?? 0);
  const greeting = await peer.line();
  await peer.ask(`USER ${USER}`);
  const login = await peer.ask(`PASS ${PASSWORD}`);
  return [
    ...(greeting.includes(GREETING) ? [] : [`the setting: ${greeting}`]),
    ...(login.startsWith("230 ") ? [] : [`the user: ${login}`]),
  ];
}
