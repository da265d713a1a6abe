// A name server for tests, on this machine: it answers from a table over UDP and TCP, or as badly as it is told. It reads
// one question and knows MX, A and AAAA, none of which lasts, so that nobody remembers them but who is tested.
import { createSocket, type Socket } from "node:dgram";
import { createServer, type Server } from "node:net";

export type DnsAnswer =
  | { readonly mx: readonly (readonly [preference: number, host: string])[] }
  | { readonly a: readonly string[] }
  /** Nothing is said; NXDOMAIN; SERVFAIL; an answer that is cut short on UDP; one to another question. */
  | "silence"
  | "unknown"
  | "trouble"
  | { readonly onlyTcp: DnsAnswer }
  | { readonly about: string; readonly says: DnsAnswer };

/** By name and type, as "example.org MX"; what is not in it has no such record. */
export type DnsTable = Readonly<Record<string, DnsAnswer>>;

export interface DnsServer extends AsyncDisposable {
  readonly port: number;
  readonly asked: readonly string[];
}

export async function dnsServer(table: DnsTable): Promise<DnsServer> {
  const asked: string[] = [];
  const tcp = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (bytes: Buffer) => {
      const answer = respond(bytes.subarray(2), table, asked, true);
      if (answer === undefined) return;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      socket.end(Buffer.concat([length, answer]));
    });
  });
  const { udp, port } = await listenOnBoth(tcp);
  udp.on("message", (query, from) => {
    const answer = respond(query, table, asked, false);
    if (answer !== undefined) udp.send(answer, from.port, from.address);
  });
  return {
    port,
    asked,
    async [Symbol.asyncDispose]() {
      udp.close();
      await new Promise<void>((resolve) => tcp.close(() => resolve()));
    },
  };
}

const PORTS_TRIED_MAX = 20;

/** A port that is free for one may be taken for the other. */
async function listenOnBoth(tcp: Server): Promise<{ readonly udp: Socket; readonly port: number }> {
  for (let tries = 0; tries < PORTS_TRIED_MAX; tries++) {
    const udp = createSocket("udp4");
    await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
    const { port } = udp.address();
    const isFree = await new Promise<boolean>((resolve) => {
      tcp.once("error", () => resolve(false));
      tcp.listen(port, "127.0.0.1", () => resolve(true));
    });
    tcp.removeAllListeners("error");
    if (isFree) return { udp, port };
    udp.close();
  }
  throw new Error("no port is free for UDP and TCP");
}

const types: Readonly<Record<number, string>> = { 1: "A", 15: "MX", 28: "AAAA" };
const FLAGS = 0x8180;
const CUT_SHORT = 0x0200;

function respond(query: Buffer, table: DnsTable, asked: string[], isTcp: boolean): Buffer | undefined {
  const { name, type, end } = questionOf(query);
  asked.push(`${name} ${types[type]} ${isTcp ? "tcp" : "udp"}`);
  let answer = table[`${name} ${types[type]}`];
  let question = query.subarray(12, end);
  let flags = FLAGS;
  if (answer === "silence") return undefined;
  if (typeof answer === "object" && "onlyTcp" in answer) {
    if (!isTcp) flags |= CUT_SHORT;
    answer = isTcp ? answer.onlyTcp : undefined;
  }
  if (typeof answer === "object" && "about" in answer) {
    question = Buffer.concat([nameBytes(answer.about), query.subarray(end - 4, end)]);
    answer = answer.says;
  }
  if (answer === "unknown") flags |= 3;
  if (answer === "trouble") flags |= 2;
  const records = recordsOf(answer);
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(flags, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  return Buffer.concat([head, question, ...records]);
}

function questionOf(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function recordsOf(answer: DnsAnswer | undefined): readonly Buffer[] {
  if (answer === undefined || typeof answer === "string") return [];
  if ("a" in answer) return answer.a.map((it) => record(1, Buffer.from(it.split(".").map(Number))));
  if (!("mx" in answer)) return [];
  return answer.mx.map(([preference, host]) =>
    record(15, Buffer.concat([Buffer.from([0, preference]), nameBytes(host)])),
  );
}

function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, 0]);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

const nameBytes = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .split(".")
      .filter((it) => it !== "")
      .map((it) => Buffer.concat([Buffer.from([it.length]), Buffer.from(it)])),
    Buffer.from([0]),
  ]);
