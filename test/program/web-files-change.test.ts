// A large file that changes while it is sent: what a client gets is of one version. Either all of it, or a connection that
// breaks off; never the beginning of one and the end of another.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { needing } from "./client.ts";
import { Download, sha256Of } from "./download.ts";
import { Ground } from "./ground.ts";
import { Peer } from "./peer.ts";

const servername = "www.example";
/** Far more than the buffers between server and client hold. */
const BYTES = 24 * 1024 * 1024;
const before = Buffer.alloc(BYTES, "before~");
const after = Buffer.alloc(BYTES, "AFTER!");

/** What happens to the file, and whether the client gets all of it as it was. */
const changes: readonly { readonly is: string; make(path: string): void; readonly whole: boolean }[] = [
  {
    is: "another file is put in its place",
    whole: true,
    make(path) {
      writeFileSync(`${path}.next`, after);
      renameSync(`${path}.next`, path);
    },
  },
  { is: "it is removed", whole: true, make: (path) => rmSync(path) },
  { is: "it is moved away", whole: true, make: (path) => renameSync(path, `${path}.moved`) },
  {
    is: "its rights are changed and it gets a second name",
    whole: true,
    make(path) {
      chmodSync(path, 0o600);
      linkSync(path, `${path}.link`);
    },
  },
  { is: "it is written over, as copying does", whole: false, make: (path) => writeFileSync(path, after) },
  {
    is: "a part of it is written over in its place",
    whole: false,
    make(path) {
      const file = openSync(path, "r+");
      writeSync(file, after, 0, 1000, BYTES - 1000);
      closeSync(file);
    },
  },
  { is: "it is cut short", whole: false, make: (path) => truncateSync(path, BYTES / 2) },
  { is: "it is emptied", whole: false, make: (path) => truncateSync(path) },
  { is: "something is put behind it", whole: false, make: (path) => appendFileSync(path, "more") },
];

const { title, skip } = needing("a large file changes while it is sent", "openssl");

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  let made = 0;
  const folder = () => join(ground.program.home, "content", "default");
  beforeAll(async () => {
    ground = await Ground.up({ services: ["www"], names: [servername] });
    mkdirSync(folder(), { recursive: true });
  }, 60_000);
  afterAll(() => ground[Symbol.asyncDispose]());

  const ways = {
    "HTTP/1.1": async () => Peer.open(await ground.port("www")),
    "HTTP/1.0": async () => Peer.open(await ground.port("www")),
    "HTTP/1.1 under TLS": async () => Peer.openSecure(await ground.securePort("www"), { servername }),
  } as const;

  for (const { is, make, whole } of changes)
    test(`${is}: ${whole ? "the client gets it as it was" : "the connection breaks off"}`, async () => {
      const name = `${made++}.bin`;
      const path = join(folder(), name);
      writeFileSync(path, before);
      const downloads: Download[] = [];
      for (const [way, open] of Object.entries(ways)) {
        const version = way.slice(0, "HTTP/1.1".length);
        downloads.push(await Download.begin(await open(), `GET /${name} ${version}\r\nHost: ${servername}\r\n\r\n`));
      }
      make(path);
      for (const it of downloads) {
        using download = it;
        expect(download.isWhole).toBe(false);
        const { ending, bytes, sha256 } = await download.rest();
        expect([ending, bytes === BYTES]).toEqual(whole ? ["whole", true] : ["reset", false]);
        expect(sha256).toBe(sha256Of(before.subarray(0, bytes)));
      }
    });

  test("the time to end in is over: what is not whole breaks off, also where only the end would tell", async () => {
    writeFileSync(join(folder(), "slow.bin"), before);
    await ground.apply({ www: { drainTimeout: "1s" } });
    const downloads: Download[] = [];
    for (const open of Object.values(ways))
      downloads.push(await Download.begin(await open(), `GET /slow.bin HTTP/1.0\r\nHost: ${servername}\r\n\r\n`));
    await ground.program.must("down");
    for (const it of downloads) {
      using download = it;
      const { ending, bytes } = await download.rest();
      expect([ending, bytes < BYTES]).toEqual(["reset", true]);
    }
  });
});
