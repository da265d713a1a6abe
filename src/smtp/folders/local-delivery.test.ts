// Messages into drop folders and Maildirs: the layout that programs expect, names that hold through a repetition, and what
// a disk that is full or a spool that fails leaves behind.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bad, expectGood, good } from "../../base/result.ts";
import { smallDisk } from "../../base/testing/small-disk.ts";
import type { Body } from "../../spool/spool.ts";
import { trouble } from "../../spool/trouble.ts";
import { deliverToDrop } from "./deliver-to-drop.ts";
import { deliverToMaildir } from "./deliver-to-maildir.ts";
import type { LocalMail } from "./local-delivery.ts";

const bodyOf = (text: string, pieceBytes = 5): Body => {
  const bytes = Buffer.from(text);
  return {
    sizeBytes: bytes.length,
    read: async (from) => good(bytes.subarray(from, from + pieceBytes)),
    close: async () => {},
  };
};
const TEXT = "Received: by x\r\nFrom: a@b.example\r\n\r\nHello\rworld\r\n.\r\n";
const mail = (more: Partial<LocalMail> = {}): LocalMail => ({
  id: "3vt1c0a8x",
  receivedMs: 1_800_000_000_123,
  sender: "erp@plant.example",
  recipients: ["anna@example.org", '"bob jones"@example.org'],
  body: bodyOf(TEXT),
  ...more,
});

async function within(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "local-"));
  await run(join(folder, "Drop")).finally(() => rmSync(folder, { recursive: true }));
}

describe("a drop folder", () => {
  test("gets one file with the envelope first, then the message as it is", () =>
    within(async (folder) => {
      const path = expectGood(await deliverToDrop(folder, mail()));
      expect(readdirSync(folder)).toEqual([path.slice(folder.length + 1)]);
      expect(path).toMatch(/\/3vt1c0a8x-[0-9a-f]{8}\.eml$/);
      expect(readFileSync(path, "utf8")).toBe(
        `x-sender: erp@plant.example\r\nx-receiver: anna@example.org\r\nx-receiver: "bob jones"@example.org\r\n${TEXT}`,
      );
    }));

  test("gets the null sender as IIS wrote it", () =>
    within(async (folder) => {
      const path = expectGood(await deliverToDrop(folder, mail({ sender: "" })));
      expect(readFileSync(path, "utf8")).toStartWith("x-sender: <>\r\n");
    }));

  test("has one file behind a repetition, and another for other people", () =>
    within(async (folder) => {
      await deliverToDrop(folder, mail());
      await deliverToDrop(folder, mail({ recipients: mail().recipients.toReversed() }));
      expect(readdirSync(folder)).toHaveLength(1);
      await deliverToDrop(folder, mail({ recipients: ["cid@example.org"] }));
      expect(readdirSync(folder)).toHaveLength(2);
    }));

  test("has nothing behind a spool that failed in the middle", () =>
    within(async (folder) => {
      const { sizeBytes, read, close } = bodyOf(TEXT);
      let reads = 0;
      const body: Body = {
        sizeBytes,
        close,
        read: async (from, most) => (reads++ === 2 ? bad(trouble("damaged", "it is damaged")) : read(from, most)),
      };
      expect(await deliverToDrop(folder, mail({ body }))).toMatchObject({ ok: false, error: { is: "damaged" } });
      expect(readdirSync(folder)).toEqual([]);
    }));

  test("that is no folder is a trouble that passes", () =>
    within(async (folder) => {
      writeFileSync(folder, "");
      expect((await deliverToDrop(folder, mail())).ok).toBe(false);
    }));
});

describe("a Maildir", () => {
  test("gets the message in new, with who sent it, and lines as Unix has them", () =>
    within(async (folder) => {
      const path = expectGood(await deliverToMaildir(folder, mail()));
      expect(readdirSync(folder).sort()).toEqual(["cur", "new", "tmp"]);
      expect(readdirSync(join(folder, "tmp"))).toEqual([]);
      expect(path).toMatch(/\/new\/1800000000\.3vt1c0a8x-[0-9a-f]{8}\.[^/:]+$/);
      expect(readFileSync(path, "utf8")).toBe(
        'Return-Path: <erp@plant.example>\nDelivered-To: anna@example.org\nDelivered-To: "bob jones"@example.org\n' +
          "Received: by x\nFrom: a@b.example\n\nHello\rworld\n.\n",
      );
    }));

  test("gets every byte, wherever a line end is cut in two", () =>
    within(async (folder) => {
      const text = "a\r\r\nb\r\n\r\nc\r";
      for (const pieceBytes of [1, 2, 3, 100]) {
        const path = expectGood(await deliverToMaildir(folder, mail({ body: bodyOf(text, pieceBytes) })));
        expect(readFileSync(path, "utf8")).toEndWith("\na\r\nb\n\nc\r");
      }
    }));
});

const disk = smallDisk("256k");
afterAll(() => disk?.end());
test.skipIf(disk === undefined)("a full disk passes, and leaves nothing half", async () => {
  if (disk === undefined) return;
  const folder = join(disk.root, "Drop");
  mkdirSync(folder);
  const free = disk.fill();
  const large = mail({ body: bodyOf("x".repeat(100_000), 10_000) });
  for (const deliver of [deliverToDrop, deliverToMaildir])
    expect(await deliver(folder, large)).toMatchObject({ ok: false, error: { is: "full" } });
  expect(readdirSync(folder, { recursive: true }).filter((it) => String(it).includes("3vt"))).toEqual([]);
  free();
  expect((await deliverToDrop(folder, large)).ok).toBe(true);
});
