// Exim as a receiver of mail, on a port of this machine and in a folder of its own: it takes and keeps what comes, knows no
// mailbox "nobody-here", and is busy for "later". Only for tests.
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../program/eventually.ts";
import { freePort } from "../program/free-port.ts";
import { findProgram } from "../program/machine.ts";

export interface EximMessage {
  readonly recipients: readonly string[];
  readonly sender: string;
  /** The body alone, with the line ends of Unix, as Exim keeps it. */
  readonly body: string;
}

/** Exim gives up its rights when anybody else names its configuration, and then may not write its folder. */
export const eximIsThere = findProgram("exim4") !== undefined && process.getuid?.() === 0;

export class Exim implements AsyncDisposable {
  readonly port: number;
  private readonly folder: string;
  private readonly child: Bun.Subprocess;

  private constructor(port: number, folder: string, child: Bun.Subprocess) {
    this.port = port;
    this.folder = folder;
    this.child = child;
  }

  /** `clientAuthority`, as PEM: nobody is let in without a certificate of it, and the log names who comes. */
  static async open({ clientAuthority }: { readonly clientAuthority?: string } = {}): Promise<Exim> {
    const folder = mkdtempSync(join(tmpdir(), "exim-"));
    const port = await freePort();
    chmodSync(folder, 0o755);
    const user = Number(Bun.spawnSync(["id", "-u", "Debian-exim"]).stdout.toString());
    const group = Number(Bun.spawnSync(["id", "-g", "Debian-exim"]).stdout.toString());
    for (const name of ["spool", "log"]) {
      mkdirSync(join(folder, name));
      chownSync(join(folder, name), user, group);
    }
    const configuration = join(folder, "exim.conf");
    const authority = join(folder, "authority.pem");
    if (clientAuthority !== undefined) writeFileSync(authority, clientAuthority, { mode: 0o644 });
    const more = clientAuthority === undefined ? [] : askingFor(authority);
    writeFileSync(configuration, configurationOf(folder, more), { mode: 0o644 });
    const words = ["exim4", "-C", configuration, "-bdf", "-oX", `127.0.0.1:${port}`];
    const child = Bun.spawn(words, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    const exim = new Exim(port, folder, child);
    await eventually("Exim listens", () => /listening for SMTP/.test(exim.log()));
    return exim;
  }

  log(): string {
    try {
      return readFileSync(join(this.folder, "log", "mainlog"), "utf8");
    } catch {
      return "";
    }
  }

  /** What it has taken: the envelope is in the one file, the body in the other. */
  messages(): readonly EximMessage[] {
    const folder = join(this.folder, "spool", "input");
    const heads = readdirSync(folder).filter((it) => it.endsWith("-H"));
    return heads.map((name) => {
      const head = readFileSync(join(folder, name), "latin1");
      const body = readFileSync(join(folder, name.replace(/-H$/, "-D")), "latin1");
      const lines = head.split("\n");
      // Line 3 is the sender; a count of recipients stands before them and an empty line behind.
      const count = lines.findIndex((it, index) => index > 3 && /^\d+$/.test(it));
      return {
        sender: (lines[2] ?? "").replace(/^<|>$/g, ""),
        recipients: lines.slice(count + 1, count + 1 + Number(lines[count])),
        body: body.slice(body.indexOf("\n") + 1),
      };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill();
    await this.child.exited;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const askingFor = (authority: string): readonly string[] => [
  "tls_verify_hosts = *",
  `tls_verify_certificates = ${authority}`,
  "log_selector = +tls_peerdn",
];

const configurationOf = (folder: string, more: readonly string[]): string =>
  [
    `spool_directory = ${folder}/spool`,
    `log_file_path = ${folder}/log/%slog`,
    "primary_hostname = exim.test",
    "keep_environment =",
    "queue_only = true",
    "message_size_limit = 300M",
    "smtp_accept_max = 200",
    "smtp_accept_max_per_connection = 100",
    "acl_smtp_rcpt = recipients",
    "acl_smtp_data = texts",
    ...more,
    "begin acl",
    "recipients:",
    "  deny message = No such user",
    "    local_parts = nobody-here",
    "  defer message = Come again",
    "    local_parts = later",
    "  accept",
    "texts:",
    "  accept",
    "begin routers",
    "begin transports",
    "",
  ].join("\n");
