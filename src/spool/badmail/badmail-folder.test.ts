// Bad mail on a real disk: three files that belong together, bounds that hold, and a way back into the pickup folder.
import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectGood, good } from "../../base/result.ts";
import type { Badmail } from "../../proto/smtp/message/badmail.ts";
import { badmailEntry, badmailTexts, isBadmailId, keepBadmail, listBadmail, removeBadmail } from "./badmail-folder.ts";
import { resendBadmail } from "./resend-badmail.ts";
import { trimBadmail } from "./trim-badmail.ts";

const DAY_MS = 86_400_000;
const NOW_MS = 1_800_000_000_000;
const TEXT = "From: <>\r\n\r\nCould not be delivered\r\n";
const badmail = (id: string, more: Partial<Badmail> = {}): Badmail => ({
  id,
  kind: "undeliverable-report",
  atMs: NOW_MS,
  reason: "The receiver said: 550 No such user.",
  sender: "",
  recipients: ["erp@plant.example"],
  ...more,
});
const source = (text = TEXT) => ({
  is: "body" as const,
  body: {
    sizeBytes: text.length,
    read: async (from: number) => good(Buffer.from(text.slice(from))),
    close: async () => {},
  },
});

async function within(run: (root: string, folder: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "badmail-"));
  await run(root, join(root, "Badmail")).finally(() => rmSync(root, { recursive: true }));
}

describe("what is kept", () => {
  test("is three files, listed with the oldest first, shown, and removed together", () =>
    within(async (_, folder) => {
      expect(expectGood(await listBadmail(folder))).toEqual([]);
      expectGood(await keepBadmail(folder, badmail("b2"), source()));
      expectGood(await keepBadmail(folder, badmail("a1", { atMs: NOW_MS - 5 }), source("x")));
      writeFileSync(join(folder, "OLD.BAD"), TEXT);
      utimesSync(join(folder, "OLD.BAD"), 1, 1);
      const listed = expectGood(await listBadmail(folder));
      expect(listed.map((it) => [it.id, it.sizeBytes, it.about?.kind])).toEqual([
        ["OLD", TEXT.length, undefined],
        ["a1", 1, "undeliverable-report"],
        ["b2", TEXT.length, "undeliverable-report"],
      ]);
      const texts = expectGood(await badmailTexts(folder, "b2"));
      expect(texts.reason).toContain("550 No such user.");
      expect(texts.beginning).toBe(TEXT);
      expectGood(await removeBadmail(folder, "b2"));
      expect(readdirSync(folder).filter((it) => it.includes("b2"))).toEqual([]);
      expect(expectGood(await badmailEntry(folder, "b2"))).toBeNull();
    }));

  test("may be a file that is moved, which is one step", () =>
    within(async (root, folder) => {
      const path = join(root, "claimed");
      writeFileSync(path, "no mail");
      expectGood(await keepBadmail(folder, badmail("x"), { is: "file", path }));
      expect(readFileSync(join(folder, "x.BAD"), "utf8")).toBe("no mail");
      expect(readdirSync(root)).toEqual(["Badmail"]);
    }));

  test("has a name that leads nowhere else", async () => {
    for (const id of ["../x", "", ".x", "a/b", "a\0", "x".repeat(200)]) expect(isBadmailId(id)).toBe(false);
    await expect(badmailEntry("folder", "../x")).rejects.toThrow();
  });

  test("is not there when it could not be kept", () =>
    within(async (_, folder) => {
      writeFileSync(folder, "");
      expect((await keepBadmail(folder, badmail("x"), source())).ok).toBe(false);
    }));
});

describe("bounds", () => {
  test("take the old, then the oldest until the rest is small enough", () =>
    within(async (_, folder) => {
      for (let n = 1; n <= 5; n++)
        expectGood(await keepBadmail(folder, badmail(`m${n}`, { atMs: NOW_MS - n * DAY_MS }), source("x".repeat(100))));
      const left = async () => expectGood(await listBadmail(folder)).map((it) => it.id);
      expect(expectGood(await trimBadmail(folder, { ageMs: null, sizeBytes: null }, NOW_MS))).toBe(0);
      expect(expectGood(await trimBadmail(folder, { ageMs: 4.5 * DAY_MS, sizeBytes: null }, NOW_MS))).toBe(1);
      expect(await left()).toEqual(["m4", "m3", "m2", "m1"]);
      expect(expectGood(await trimBadmail(folder, { ageMs: null, sizeBytes: 250 }, NOW_MS))).toBe(2);
      expect(await left()).toEqual(["m2", "m1"]);
    }));

  test("take what a process left that died over it, and nothing of others", () =>
    within(async (_, folder) => {
      mkdirSync(folder);
      for (const name of ["x.BDP", "x.BDR", ".x.part", "notes.txt", "new.BDR"]) writeFileSync(join(folder, name), "");
      for (const name of ["x.BDP", "x.BDR", ".x.part", "notes.txt"])
        utimesSync(join(folder, name), (NOW_MS - 2 * DAY_MS) / 1000, (NOW_MS - 2 * DAY_MS) / 1000);
      utimesSync(join(folder, "new.BDR"), NOW_MS / 1000, NOW_MS / 1000);
      expectGood(await trimBadmail(folder, { ageMs: 1, sizeBytes: 1 }, NOW_MS));
      expect(readdirSync(folder).sort()).toEqual(["new.BDR", "notes.txt"]);
    }));
});

describe("sent again", () => {
  test("it has the envelope that its properties tell, and is gone from here", () =>
    within(async (root, folder) => {
      const pickup = join(root, "Pickup");
      expectGood(await keepBadmail(folder, badmail("x"), source()));
      expect(await resendBadmail(folder, "x", pickup)).toMatchObject({ ok: false, error: { is: "gone" } });
      mkdirSync(pickup);
      expect(expectGood(await resendBadmail(folder, "x", pickup))).toBe("resent-x.eml");
      expect(readFileSync(join(pickup, "resent-x.eml"), "utf8")).toBe(
        `x-sender: <>\r\nx-receiver: erp@plant.example\r\n${TEXT}`,
      );
      expect([readdirSync(folder), readdirSync(pickup)]).toEqual([[], ["resent-x.eml"]]);
      expect(await resendBadmail(folder, "x", pickup)).toMatchObject({ ok: false, error: { is: "gone" } });
    }));

  test("a malformed file is given back as it is, for whoever has mended it", () =>
    within(async (root, folder) => {
      expectGood(await keepBadmail(folder, badmail("x", { kind: "malformed-pickup" }), source("To: a@b.example\r\n")));
      mkdirSync(join(root, "Pickup"));
      expectGood(await resendBadmail(folder, "x", join(root, "Pickup")));
      expect(readFileSync(join(root, "Pickup", "resent-x.eml"), "utf8")).toBe("To: a@b.example\r\n");
    }));
});
