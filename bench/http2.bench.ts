// Files over HTTP/2 with TLS, of the real program beside nginx: one process each, logs on, and h2load as the client of both. Where
// it is missing nothing is measured.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CertificateFiles } from "./certificate-files.ts";
import type { Bench } from "./main.ts";
import { type Pace, paces } from "./pace.ts";
import { PeerServer } from "./peer-server.ts";
import { RealServer } from "./real-server.ts";
import type { Row } from "./table.ts";

const ROUNDS = 5;

export const benches: readonly Bench[] = [
  {
    name: "http2",
    measures:
      "Requests in a second that h2load gets answered over HTTP/2 with TLS, and the processor's time of the server for each: 1 KB " +
      "on 16 connections of 32 streams and on 100 of one, 100 KB on 8 of 16. The bar is as fast as nginx.",
    run,
  },
];

interface Load {
  readonly file: string;
  readonly requests: number;
  readonly clients: number;
  readonly streams: number;
}

const loads: readonly Load[] = [
  { file: "1k.html", requests: 100_000, clients: 16, streams: 32 },
  { file: "1k.html", requests: 30_000, clients: 100, streams: 1 },
  { file: "100k.bin", requests: 5000, clients: 8, streams: 16 },
];

async function run(): Promise<readonly Row[]> {
  using certificate = new CertificateFiles();
  const files = mkdtempSync(join(tmpdir(), "bench-http2-"));
  try {
    chmodSync(files, 0o755);
    writeFileSync(join(files, "1k.html"), Buffer.alloc(1024, "x"));
    writeFileSync(join(files, "100k.bin"), Buffer.alloc(100_000, "x"));
    return await besideNginx(certificate, files);
  } finally {
    rmSync(files, { recursive: true, force: true });
  }
}

async function besideNginx(certificate: CertificateFiles, files: string): Promise<readonly Row[]> {
  const site = { certificate: "bench", secureBindings: ["127.0.0.1:0"], path: files };
  await using ours = await RealServer.up({ certificate, services: { www: { sites: { default: site } } } });
  await using nginx = await PeerServer.nginxHttp2(certificate, files);
  const [port, pid] = [await ours.securePort("www"), await ours.worker("www")];
  const rows: Row[] = [];
  for (const load of loads) {
    const mine = { pid, work: () => loaded(port, load) };
    const theirs = nginx && { pid: nginx.pid, work: () => loaded(nginx.ports[0] ?? 0, load) };
    const [own, others] = await paces(theirs === undefined ? [mine] : [mine, theirs], ROUNDS);
    rows.push(row(load, own, others));
  }
  return rows;
}

const row = ({ file, clients, streams }: Load, ours?: Pace, nginx?: Pace): Row => ({
  file,
  connections: clients,
  streams,
  "ours/s": ours?.perSecond ?? "-",
  "nginx/s": nginx?.perSecond ?? "-",
  "ratio of rates": ours === undefined || nginx === undefined ? "-" : ours.perSecond / nginx.perSecond,
  "our CPU ms": ours?.cpuMs ?? "-",
  "ratio of CPU": ours === undefined || nginx === undefined ? "-" : nginx.cpuMs / ours.cpuMs,
});

/** Requests done in a round. */
async function loaded(port: number, { file, requests, clients, streams }: Load): Promise<number> {
  const words = [`--requests=${requests}`, `--clients=${clients}`, `--max-concurrent-streams=${streams}`];
  const child = Bun.spawn(["h2load", ...words, `https://127.0.0.1:${port}/${file}`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const said = await child.stdout.text();
  if (!said.includes(` ${requests} succeeded`)) throw new Error(`h2load lost some: ${said}`);
  return requests;
}
