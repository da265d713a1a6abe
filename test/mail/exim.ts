// Exim on a port of this machine and in a folder of its own. It takes and keeps what comes, knows no mailbox "nobody-here",
// and is busy for "later"; or it hands everything on to a relay. Only for tests and benches.
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

/** The host on this machine to which everything goes. */
export interface EximRelay {
  readonly port: number;
  /** What it asks of the host: TLS with this certificate, and a login. */
  readonly login?: { readonly certificate: string; readonly account: string; readonly password: string };
}

export interface EximOptions {
  readonly relay?: EximRelay;
  /** As PEM: nobody is let in without a certificate of it, and the log names who comes. */
  readonly clientAuthority?: string;
  /** Besides, as in the first part of its configuration. */
  readonly settings?: Settings;
}

type Settings = Readonly<Record<string, string | number | boolean>>;

/** In the folder of the server: whose certificates are taken. */
const AUTHORITY = "authority.pem";

/** Exim gives up its rights when anybody else names its configuration, and then may not write its folder. */
export const eximIsThere = findProgram("exim4") !== undefined && process.getuid?.() === 0;
/** For what needs nothing else. */
export const eximTitle = eximIsThere ? "Exim" : "Exim (skipped: no exim4 on this machine, or not root)";

export class Exim implements AsyncDisposable {
  readonly port: number;
  private readonly folder: string;
  private readonly child: Bun.Subprocess;

  private constructor(port: number, folder: string, child: Bun.Subprocess) {
    this.port = port;
    this.folder = folder;
    this.child = child;
  }

  static async open(options: EximOptions = {}): Promise<Exim> {
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
    const { clientAuthority } = options;
    if (clientAuthority !== undefined) writeFileSync(join(folder, AUTHORITY), clientAuthority, { mode: 0o644 });
    writeFileSync(configuration, configurationOf(folder, options), { mode: 0o644 });
    const words = ["exim4", "-C", configuration, "-bdf", "-oX", `127.0.0.1:${port}`];
    const child = Bun.spawn(words, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    const exim = new Exim(port, folder, child);
    await eventually("Exim listens", () => /listening for SMTP/.test(exim.log()));
    return exim;
  }

  /** Of its daemon, the parent of all others. */
  get pid(): number {
    return this.child.pid;
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

const askingFor = (authority: string): Settings => ({ tls_verify_hosts: "*", tls_verify_certificates: authority });

function configurationOf(folder: string, { relay, clientAuthority, settings = {} }: EximOptions): string {
  const first: Settings = {
    spool_directory: `${folder}/spool`,
    log_file_path: `${folder}/log/%slog`,
    log_selector: "+pipelining +tls_peerdn",
    primary_hostname: "exim.test",
    keep_environment: "",
    queue_only: relay === undefined,
    // It has no rights to give up, as somebody else names its configuration.
    deliver_drop_privilege: true,
    message_size_limit: "300M",
    smtp_accept_max: 200,
    smtp_accept_max_per_connection: 100,
    smtputf8_advertise_hosts: "*",
    acl_smtp_rcpt: "recipients",
    acl_smtp_data: "texts",
    ...(clientAuthority === undefined ? {} : askingFor(join(folder, AUTHORITY))),
    ...settings,
  };
  return [
    ...Object.entries(first).map(([name, value]) => `${name} = ${value}`),
    "begin acl",
    "recipients:",
    "  deny message = No such user",
    "    local_parts = nobody-here",
    "  defer message = Come again",
    "    local_parts = later",
    "  accept",
    "texts:",
    "  accept",
    ...(relay === undefined ? [] : relaying(relay)),
    "",
  ].join("\n");
}

function relaying({ port, login }: EximRelay): readonly string[] {
  const routers = ["begin routers", "onward:", "  driver = manualroute", "  route_list = * 127.0.0.1", "  self = send"];
  const transports = ["  transport = onward", "begin transports", "onward:", "  driver = smtp", `  port = ${port}`];
  const retry = ["begin retry", "* * F,1h,1s"];
  if (login === undefined) return [...routers, ...transports, ...retry];
  const wanted = ["hosts_require_tls = *", "hosts_require_auth = *", "tls_verify_hosts = *"];
  const verified = [`tls_verify_certificates = ${login.certificate}`, "tls_verify_cert_hostnames ="];
  const secured = [...wanted, ...verified].map((it) => `  ${it}`);
  const plain = ["begin authenticators", "plain:", "  driver = plaintext", "  public_name = PLAIN"];
  return [
    ...routers,
    ...transports,
    ...secured,
    ...retry,
    ...plain,
    `  client_send = ^${login.account}^${login.password}`,
  ];
}
