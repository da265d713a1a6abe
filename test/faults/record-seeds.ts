// The three founding failures as a recording in text: what their users saw, in our words, and what ours see, as the program
// really says it. Only for tests and for the page docs/FAULTS.md.
import { appendFileSync, renameSync, rmSync } from "node:fs";
import type { Ran } from "../program/program.ts";
import type { Installation } from "./installation.ts";
import type { Recording } from "./page.ts";
import { Rig } from "./rig.ts";

interface Seed {
  readonly title: string;
  readonly before: string;
  readonly clone?: true;
  /** Breaks it, and types what a person would; each command is recorded with its answer. */
  play(rig: Rig, type: (line: string) => Promise<void>): Promise<void>;
}

const seeds: readonly Seed[] = [
  {
    title: "Parts of different versions side by side (Q291589)",
    before: `
(A service was added from the old CD after the service pack. It is started.)

  Could not start the FTP service. 0006 Handle is invalid

(The console opens, and has no services in it.)`,
    clone: true,
    async play(rig, type) {
      await rig.up();
      appendFileSync(rig.releasePath("src", "ftp", "service.ts"), " ");
      await type("restart ftp");
      await type("status");
    },
  },
  {
    title: "The machine key has changed (KB 884872)",
    before: `
  Could not start the World Wide Web Publishing Service on Local Computer.
  Error 1008: An attempt was made to reference a token that does not exist

(None of the services starts. The console says: The specified handle is invalid.)`,
    async play(rig, type) {
      renameSync(rig.path("keys", "machine.key"), `${rig.program.folder}/aside`);
      await rig.up();
      await type("keys status");
      await type("keys recover < recovery key");
      await rig.server.until("it serves", (it) => it.services.every(({ state }) => state === "running"));
      await type("status");
    },
  },
  {
    title: "The path of installation is fixed (Q197303)",
    before: `
(The server had been installed in another folder. SMTP and NNTP never start. In the system log:)

  7023: The "" service terminated with the following error:
  The system can not find the file specified`,
    async play(rig, type) {
      renameSync(rig.program.home, `${rig.program.folder}/moved elsewhere`);
      await type("up");
      rig.program.home = `${rig.program.folder}/moved elsewhere`;
      await rig.up();
      await type("status");
      rmSync(rig.path("content", "second"), { recursive: true });
      await type("restart www");
      await type("status");
    },
  },
];

export async function recordSeeds(installation: Installation): Promise<readonly Recording[]> {
  const recordings: Recording[] = [];
  for (const it of seeds) recordings.push(await record(it, installation));
  return recordings;
}

async function record({ title, before, clone, play }: Seed, installation: Installation): Promise<Recording> {
  await using rig = await Rig.make({ ...(clone && { clone }) }, installation);
  const said: string[] = [];
  let shown = 0;
  const screen = () => {
    const text = rig.isUp ? rig.server.err.slice(shown) : "";
    shown += text.length;
    return text;
  };
  await play(rig, async (line) => {
    if (said.length === 0 && rig.isUp) said.push("$ inetsrv up", rig.server.out, screen());
    const [command = "", given] = line.split(" < ");
    const input = given === undefined ? "" : `${rig.recoveryKey}\n`;
    const { out, err }: Ran = await rig.program.runWith({ input }, ...command.split(" "));
    said.push(`$ inetsrv ${command}`, out + err, screen());
  });
  const text = said.filter((it) => it.trim() !== "").map((it) => it.trimEnd());
  return { title, before, now: plain(text.join("\n"), rig) };
}

/** Without what differs from run to run and from machine to machine. */
function plain(text: string, { program, release }: Rig): string {
  return text
    .replaceAll(release ?? "\0", "/opt/inetsrv") // system path
    .replaceAll(program.home, "/srv/inetsrv") // system path
    .replaceAll(`${program.folder}/höme with spaces`, "/srv/inetsrv") // system path
    .replaceAll(program.folder, "/srv"); // system path
}
