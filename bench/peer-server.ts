// Servers of others, which ours is measured beside: each in the foreground with a configuration of its own in a folder that
// goes with the bench, one process, on 127.0.0.1 alone. A machine that lacks one has none of it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../test/program/eventually.ts";
import type { CertificateFiles } from "./certificate-files.ts";
import { freePort } from "./free-port.ts";

export class PeerServer implements AsyncDisposable {
  readonly ports: readonly number[];
  private readonly child: Bun.Subprocess;
  private readonly folder: string;

  private constructor(child: Bun.Subprocess, folder: string, ports: readonly number[]) {
    this.child = child;
    this.folder = folder;
    this.ports = ports;
  }

  get pid(): number {
    return this.child.pid;
  }

  /**
   * `ports`: one that begins with TLS, one in clear, and one of SMTP with STARTTLS. All else is as nginx has it by default, but
   * for the connections that it takes, and for TLS 1.3, which this version has off.
   */
  static nginx(certificate: CertificateFiles): Promise<PeerServer | undefined> {
    const tls = `
      ssl_certificate ${certificate.chain};
      ssl_certificate_key ${certificate.key};
      ssl_protocols TLSv1.2 TLSv1.3;`;
    return PeerServer.start({
      program: "nginx",
      args: (file) => ["-e", "stderr", "-c", file],
      count: 3,
      text: ([secure, plain, mail], folder) => `
        load_module modules/ngx_stream_module.so;
        load_module modules/ngx_mail_module.so;
        daemon off;
        master_process off;
        pid ${folder}/nginx.pid;
        events { worker_connections 15000; }
        stream {
          server { listen 127.0.0.1:${secure} ssl; ${tls} return "220 hello\\r\\n"; }
          server { listen 127.0.0.1:${plain}; return "220 hello\\r\\n"; }
        }
        mail {
          server_name localhost;
          auth_http 127.0.0.1:9/nobody-asks;
          timeout 10m;
          server { listen 127.0.0.1:${mail}; protocol smtp; starttls on; ${tls} }
        }`,
    });
  }

  /** Lays TLS upon what another port says in clear. */
  static stunnel(certificate: CertificateFiles, plain: number): Promise<PeerServer | undefined> {
    return PeerServer.start({
      program: "stunnel4",
      args: (file) => [file],
      count: 1,
      text: ([secure]) =>
        [
          ...["foreground = yes", "pid =", "syslog = no", "debug = emerg"],
          ...["[bench]", `accept = 127.0.0.1:${secure}`, `connect = 127.0.0.1:${plain}`],
          ...[`cert = ${certificate.chain}`, `key = ${certificate.key}`],
        ].join("\n"),
    });
  }

  static async start({ program, args, count, text, env = {} }: Recipe): Promise<PeerServer | undefined> {
    const found = Bun.which(program);
    if (found === null) return undefined;
    const folder = mkdtempSync(join(tmpdir(), `bench-${program}-`));
    const ports = Array.from({ length: count }, freePort);
    const file = join(folder, CONFIGURATION);
    writeFileSync(file, `${text(ports, folder)}\n`);
    const child = Bun.spawn([found, ...args(file)], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "ignore"],
    });
    const peer = new PeerServer(child, folder, ports);
    await eventually(
      () => `${program} listens`,
      async () => {
        if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
        return (await Promise.all(ports.map(listens))).every(Boolean);
      },
    );
    return peer;
  }

  /** On its ports, with another configuration. */
  reload({ text }: Recipe): void {
    writeFileSync(join(this.folder, CONFIGURATION), `${text(this.ports, this.folder)}\n`);
    this.child.kill("SIGHUP");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill();
    await this.child.exited;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const CONFIGURATION = "configuration";

export interface Recipe {
  readonly program: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args: (configuration: string) => readonly string[];
  /** Of ports. */
  readonly count: number;
  readonly text: (ports: readonly number[], folder: string) => string;
}

function listens(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1" });
  return new Promise((resolve) => {
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      resolve(true);
      socket.destroy();
    });
  });
}
