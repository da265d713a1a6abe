// Postfix on a port of this machine and in a folder of its own, beside whatever else is installed: it keeps what comes for
// postfix.example in a mailbox and sends nothing to anybody, unless its settings say so. Only for tests and benches.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runClient } from "../program/client.ts";
import { eventually } from "../program/eventually.ts";
import { freePort } from "../program/free-port.ts";
import { findProgram } from "../program/machine.ts";
import { alive, familyOf } from "../program/processes.ts";
import { MAILBOX_ID, type MainSettings, mainFile, masterFile, OWNER, SETGID_GROUP } from "./postfix-files.ts";

export interface PostfixMessage {
  readonly sender: string;
  readonly recipient: string;
  /** Header and body, with the line ends of Unix. */
  readonly text: string;
}

/**
 * Where its files lie: in POSTFIX_ROOT as they came out of the package, which cannot be installed beside another mail
 * server, or where an installed one has them.
 */
const root = process.env.POSTFIX_ROOT ?? resolve(findProgram("postfix") ?? "", "..", "..", "..");
const libraries = join(root, "usr", "lib", "postfix");
const daemons = join(libraries, "sbin");

/** Only root can give each of its processes the rights that it wants. */
export const postfixIsThere = existsSync(join(daemons, "master")) && process.getuid?.() === 0;

export class Postfix implements AsyncDisposable {
  readonly port: number;
  private readonly folder: string;
  private readonly child: Bun.Subprocess;

  private constructor(port: number, folder: string, child: Bun.Subprocess) {
    this.port = port;
    this.folder = folder;
    this.child = child;
  }

  /** `settings` as in main.cf; ours give way to them. */
  static async up(settings: MainSettings = {}): Promise<Postfix> {
    const folder = mkdtempSync(join(tmpdir(), "postfix-"));
    const port = await freePort();
    layOut(folder);
    const etc = join(folder, "etc");
    writeFileSync(join(etc, "main.cf"), mainFile({ folder, libraries, daemons }, settings));
    writeFileSync(join(etc, "master.cf"), masterFile(port));
    const child = Bun.spawn([join(daemons, "master"), "-c", etc, "-s"], {
      env: { ...process.env, LD_LIBRARY_PATH: libraries },
      stdio: ["ignore", "ignore", "ignore"],
    });
    const postfix = new Postfix(port, folder, child);
    await eventually(
      () => `Postfix is up: ${postfix.log()}`,
      () => postfix.log().includes("daemon started"),
    );
    return postfix;
  }

  /** Of its master, the parent of all others. */
  get pid(): number {
    return this.child.pid;
  }

  log(): string {
    return existsSync(join(this.folder, "log")) ? readFileSync(join(this.folder, "log"), "utf8") : "";
  }

  /** What it has put into its mailbox, once for each recipient. */
  messages(): readonly PostfixMessage[] {
    const box = join(this.folder, "box", "new");
    return readdirSync(box).map((name) => {
      const text = readFileSync(join(box, name), "utf8");
      const said = (field: string) => new RegExp(`^${field}: <?(.*?)>?$`, "m").exec(text)?.[1] ?? "";
      return { sender: said("Return-Path"), recipient: said("X-Original-To"), text };
    });
  }

  /** From now on it answers so to these recipients, such as { "later@postfix.example": "450 4.2.1 Come again" }. */
  async answer(recipients: Readonly<Record<string, string>>): Promise<void> {
    const reloads = () => this.log().split("reload -- ").length;
    const before = reloads();
    const lines = Object.entries(recipients).map(([address, words]) => `${address} ${words}\n`);
    writeFileSync(join(this.folder, "recipients"), lines.join(""));
    this.child.kill("SIGHUP");
    await eventually("Postfix has read it", () => reloads() > before);
  }

  /** One of its commands, such as postqueue. */
  async command(name: string, ...words: readonly string[]): Promise<void> {
    const command = [join(root, "usr", "sbin", name), "-c", join(this.folder, "etc"), ...words];
    const { code, err } = await runClient(command, { environment: { LD_LIBRARY_PATH: libraries } });
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${err}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const family = familyOf(this.pid);
    this.child.kill();
    await this.child.exited;
    await eventually("all of Postfix has ended", () => !family.some(alive));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The folders that its installation would have made. */
function layOut(folder: string): void {
  const spool = join(folder, "spool");
  chmodSync(folder, 0o755);
  for (const it of ["etc", "data", "spool", "spool/pid"]) mkdirSync(join(folder, it));
  for (const it of QUEUES) mkdirSync(join(spool, it), { mode: 0o700 });
  for (const it of ["public", "maildrop"]) mkdirSync(join(spool, it), { mode: 0o730 });
  for (const it of ["box", "box/cur", "box/new", "box/tmp"]) mkdirSync(join(folder, it), { mode: 0o700 });
  writeFileSync(join(folder, "recipients"), "");
  const give = (to: string, ...names: readonly string[]) =>
    Bun.spawnSync(["chown", "-R", to, ...names.map((it) => join(folder, it))]);
  give(OWNER, "data", ...QUEUES.map((it) => `spool/${it}`));
  give(`${OWNER}:${SETGID_GROUP}`, "spool/public", "spool/maildrop");
  give(`${MAILBOX_ID}:${MAILBOX_ID}`, "box");
}

const QUEUES = [
  "active",
  "bounce",
  "corrupt",
  "defer",
  "deferred",
  "flush",
  "hold",
  "incoming",
  "private",
  "saved",
  "trace",
];
