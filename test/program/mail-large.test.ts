// Large mail through two whole servers: what the first one takes lies in its spool to the last byte, reaches the folder of
// the second one as it was, and neither of them ever has it in memory.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { bodyPath } from "../../src/spool/body-file.ts";
import type { Story } from "../../src/spool/spool.ts";
import { filesIn, siteFolder } from "../mail/site-folder.ts";
import { idIn } from "../mail/submit.ts";
import { peakMemoryOf } from "./descriptors.ts";
import { eventually } from "./eventually.ts";
import { Ground } from "./ground.ts";
import { Peer } from "./peer.ts";

const MIB = 1024 * 1024;
const BLOCKS = 200;
/** Less than one of the messages; what is held does not depend on their size. */
const GROWTH_BYTES_MAX = 150 * MIB;
const HEADER = "From: erp@house.example\r\nTo: big@back.example\r\nSubject: large\r\n\r\n";

let front: Ground;
let back: Ground;
/** Of both servers, and what each had in memory at its most before the first message. */
let workers: readonly number[] = [];
let before: readonly number[] = [];
/** Messages that lie in the queue. */
const taken: string[] = [];
beforeAll(async () => {
  const site = { messageBytesMax: "300MiB", relay: ["relay 127.0.0.1"] };
  const local = { ...site, fullyQualifiedName: "mail.back.example", defaultDomain: "back.example" };
  back = await Ground.up({ services: ["smtp"], document: { smtp: { sites: { default: local } } } });
  const nowhere = { ...site, smartHost: "[127.0.0.1]:1" };
  front = await Ground.up({ services: ["smtp"], document: { smtp: { sites: { default: nowhere } } } });
  workers = [...(await front.server.workers()), ...(await back.server.workers())];
  before = memory();
}, 60_000);
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await back[Symbol.asyncDispose]();
});

/** A mebibyte of lines of which no two blocks have the same, with dots where they hurt. */
function block(n: number): Buffer {
  const line = `${".".repeat(1 + (n % 3))} ${"x".repeat(70)}\r\n`;
  const head = `.${n}\r\n`;
  const text = head + line.repeat(Math.floor((MIB - head.length) / line.length));
  return Buffer.from(text, "latin1");
}

function* blocks(): Generator<Buffer> {
  for (let n = 0; n < BLOCKS; n++) yield block(n);
}

const wanted = blocks()
  .reduce((hash, it) => hash.update(it), createHash("sha256"))
  .digest("hex");

/** As a sender with a connection that is as quick as ours: what is not taken yet is waited for. */
async function write({ socket }: Peer, bytes: string | Buffer): Promise<void> {
  if (!socket.write(bytes)) await new Promise<void>((resolve) => socket.once("drain", () => resolve()));
}

async function begin(): Promise<Peer> {
  const peer = await Peer.open(await front.port("smtp"));
  await peer.line();
  for (const line of ["HELO erp", "MAIL FROM:<erp@house.example>", "RCPT TO:<big@back.example>"])
    expect(await peer.ask(line)).toStartWith("250");
  return peer;
}

const ways = {
  async DATA(peer: Peer): Promise<string> {
    expect(await peer.ask("DATA")).toStartWith("354");
    await write(peer, HEADER);
    for (const it of blocks())
      await write(peer, it.toString("latin1").replaceAll("\r\n.", "\r\n..").replace(/^\./, ".."));
    return idIn(await peer.ask("."));
  },
  async BDAT(peer: Peer): Promise<string> {
    await write(peer, `BDAT ${HEADER.length}\r\n${HEADER}`);
    for (const it of blocks()) {
      await write(peer, `BDAT ${it.length}\r\n`);
      await write(peer, it);
    }
    for (let n = 0; n <= BLOCKS; n++) expect(await peer.line()).toStartWith("250");
    return idIn(await peer.ask("BDAT 0 LAST"));
  },
};

/** Of what comes behind the header, up to so many bytes of the file. */
async function digestIn(path: string, bytes = Number.POSITIVE_INFINITY): Promise<string> {
  let hash: Hash | undefined;
  for await (const chunk of createReadStream(path, { end: bytes - 1, highWaterMark: MIB }) as AsyncIterable<Buffer>) {
    const start = hash === undefined ? chunk.indexOf("\r\n\r\n") + 4 : 0;
    hash ??= createHash("sha256");
    hash.update(chunk.subarray(start));
  }
  return hash?.digest("hex") ?? "";
}

const memory = (): readonly number[] => workers.map(peakMemoryOf);

for (const [way, give] of Object.entries(ways))
  test(`A message of ${BLOCKS} MB that comes by ${way} lies in the spool to its last byte`, async () => {
    using peer = await begin();
    const id = await give(peer);
    const { message } = await front.ask<Pick<Story, "message">>("mail.story", { id });
    const path = bodyPath(join(front.program.home, "spool"), id);
    expect(await digestIn(path, message.sizeBytes)).toBe(wanted);
    taken.push(id);
  }, 60_000);

test("Both go on to the folder of another server as they were, and nobody ever had one of them in memory", async () => {
  await front.set("smtp", { smartHost: `[127.0.0.1]:${await back.port("smtp")}` });
  await front.program.must("queue", "retry", "--all", "--yes");
  const drop = siteFolder(back.program.home, "Drop");
  const files = await eventually(
    "both in the folder",
    () => {
      const found = filesIn(drop);
      return found.length === taken.length && found;
    },
    60_000,
  );
  expect(files).toHaveLength(2);
  for (const it of files) expect(await digestIn(join(drop, it))).toBe(wanted);
  for (const [n, bytes] of memory().entries()) expect(bytes - (before[n] ?? 0)).toBeLessThan(GROWTH_BYTES_MAX);
}, 90_000);
