// Full TLS handshakes of the real program beside those of others with the same certificate: on a port that begins with TLS,
// and after STARTTLS. Each server has one process.
import { join } from "node:path";
import { CertificateFiles } from "./certificate-files.ts";
import type { Bench } from "./main.ts";
import { paces, type Side } from "./pace.ts";
import { PeerServer } from "./peer-server.ts";
import { RealServer } from "./real-server.ts";
import type { Row } from "./table.ts";

const ROUNDS = 5;
const ROUND_SECONDS = 1;
const CLIENTS = 2;

const versions = ["TLSv1.3", "TLSv1.2"] as const;
type Version = (typeof versions)[number];

export const benches: readonly Bench[] = [
  {
    name: "handshakes-tls",
    measures:
      `New TLS connections in a second, by ${CLIENTS} processes of openssl s_time that ask one after the other, and the processor's ` +
      "time of the server for each; the ratios say what is left of the peer's. Ours greets with SMTP, nginx with a line. The bar is 0.8.",
    run: () => besidePeers(ourTls, [nginxTls, stunnelTls]),
  },
  {
    name: "handshakes-starttls",
    measures:
      "SMTP sessions in a second that go over to TLS and end, with EHLO, STARTTLS and QUIT, by one client process of ours for both " +
      "servers, which costs more than either: compare the processor's time of the servers. The bar is 0.8.",
    run: () => besidePeers(ourStarttls, [nginxStarttls]),
  },
];

interface Servers {
  readonly ours: RealServer;
  readonly nginx: PeerServer | undefined;
  readonly stunnel: PeerServer | undefined;
}

/** How a round with a server is done; undefined where the machine lacks the server. */
type Way = (servers: Servers, version: Version) => Promise<Side | undefined>;

const ourTls: Way = async ({ ours }, version) => {
  const [pid, port] = [await ours.worker("smtp"), await ours.securePort("smtp")];
  return { pid, work: () => connectOnAndOn(port, version) };
};
const nginxTls: Way = async ({ nginx }, version) => peerSide(nginx, 0, (port) => connectOnAndOn(port, version));
const stunnelTls: Way = async ({ stunnel }, version) => peerSide(stunnel, 0, (port) => connectOnAndOn(port, version));
const ourStarttls: Way = async ({ ours }, version) => {
  const [pid, port] = [await ours.worker("smtp"), await ours.port("smtp")];
  return { pid, work: () => goOverOnAndOn(port, version) };
};
const nginxStarttls: Way = async ({ nginx }, version) => peerSide(nginx, 2, (port) => goOverOnAndOn(port, version));

function peerSide(
  peer: PeerServer | undefined,
  portAt: number,
  work: (port: number) => Promise<number>,
): Side | undefined {
  const port = peer?.ports[portAt];
  return peer === undefined || port === undefined ? undefined : { pid: peer.pid, work: () => work(port) };
}

const peerNames = new Map<Way, string>([
  [nginxTls, "nginx stream"],
  [stunnelTls, "stunnel"],
  [nginxStarttls, "nginx mail"],
]);

async function besidePeers(own: Way, peers: readonly Way[]): Promise<readonly Row[]> {
  using certificate = new CertificateFiles();
  const site = { certificate: "bench", secureBindings: ["127.0.0.1:0"] };
  await using ours = await RealServer.up({ certificate, services: { smtp: { sites: { default: site } } } });
  await using nginx = await PeerServer.nginx(certificate);
  const plain = nginx?.ports[1];
  await using stunnel = plain === undefined ? undefined : await PeerServer.stunnel(certificate, plain);
  const servers = { ours, nginx, stunnel };
  const rows: Row[] = [];
  for (const version of versions) {
    const present: { readonly name: string; readonly side: Side }[] = [];
    for (const peer of peers) {
      const [name, side] = [peerNames.get(peer) ?? "", await peer(servers, version)];
      if (side === undefined) rows.push(row(version, `${name} (not installed)`));
      else present.push({ name, side });
    }
    const side = await own(servers, version);
    if (side === undefined) throw new Error("ours is always there");
    const [mine, ...theirs] = await paces([side, ...present.map((it) => it.side)], ROUNDS);
    for (const [index, { name }] of present.entries()) rows.push(row(version, name, mine, theirs[index]));
  }
  return rows;
}

type Measured = Awaited<ReturnType<typeof paces>>[number];

const row = (version: Version, peer: string, ours?: Measured, theirs?: Measured): Row => ({
  version,
  peer,
  "ours/s": ours?.perSecond ?? "-",
  "theirs/s": theirs?.perSecond ?? "-",
  "ratio of rates": ours === undefined || theirs === undefined ? "-" : ours.perSecond / theirs.perSecond,
  "our CPU ms": ours?.cpuMs ?? "-",
  "their CPU ms": theirs?.cpuMs ?? "-",
  "ratio of CPU": ours === undefined || theirs === undefined ? "-" : theirs.cpuMs / ours.cpuMs,
});

/** Handshakes done in a round. */
async function connectOnAndOn(port: number, version: Version): Promise<number> {
  const flag = version === "TLSv1.3" ? "-tls1_3" : "-tls1_2";
  const words = ["s_time", "-new", "-connect", `127.0.0.1:${port}`, "-time", String(ROUND_SECONDS), flag];
  const said = await Promise.all(Array.from({ length: CLIENTS }, () => outputOf("openssl", ...words)));
  return said.reduce((sum, it) => sum + Number(/^(\d+) connections in \d+ real seconds/m.exec(it)?.[1]), 0);
}

const goOverOnAndOn = async (port: number, version: Version): Promise<number> => {
  const client = join(import.meta.dir, "starttls-client.ts");
  return Number(await outputOf(process.execPath, client, String(port), String(ROUND_SECONDS * 1000), version, "4"));
};

async function outputOf(...words: readonly string[]): Promise<string> {
  const child = Bun.spawn([...words], { stdio: ["ignore", "pipe", "ignore"] });
  const said = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error(`${words.join(" ")} failed: ${said}`);
  return said;
}
