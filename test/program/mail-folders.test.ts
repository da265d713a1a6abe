// Mail that comes and goes as files, through the real server: programs write into the pickup folder in their own ways,
// local mail lies in the drop folder, and what is bad is kept and sent again.
import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { BadmailList } from "../../src/supervisor/operations/badmail-answers.ts";
import type { QueuePage } from "../../src/supervisor/operations/queue-answers.ts";
import { filesIn, siteFolder } from "../mail/site-folder.ts";
import { eventually } from "./eventually.ts";
import { Ground } from "./ground.ts";

let ground: Ground;
let pickup = "";
let drop = "";

beforeAll(async () => {
  ground = await Ground.up({
    services: ["smtp"],
    document: {
      smtp: {
        sites: {
          default: { fullyQualifiedName: "mail.example", defaultDomain: "house.example", smartHost: "[127.0.0.1]:1" },
        },
      },
    },
  });
  pickup = siteFolder(ground.program.home, "Pickup");
  drop = siteFolder(ground.program.home, "Drop");
  await eventually("the pickup folder", () => existsSync(pickup));
}, 60_000);
afterAll(() => ground[Symbol.asyncDispose]());

const letter = (subject: string, to = "info@house.example"): string =>
  `From: erp@house.example\r\nTo: ${to}\r\nSubject: ${subject}\r\n\r\n.\r\nHello\r\n`;
const subjectsIn = (folder: string): readonly string[] =>
  filesIn(folder).map((it) => /^Subject: (.*)\r$/m.exec(readFileSync(join(folder, it), "utf8"))?.[1] ?? "");
const dropped = (subject: string): readonly string[] =>
  filesIn(drop)
    .map((it) => readFileSync(join(drop, it), "utf8"))
    .filter((it) => it.includes(`Subject: ${subject}\r\n`));

test("a program that renames, and one that writes in place and pauses, are each sent once and whole", async () => {
  const elsewhere = join(ground.program.folder, "letter");
  writeFileSync(elsewhere, letter("renamed"));
  renameSync(elsewhere, join(pickup, "renamed.eml"));
  const writer = openSync(join(pickup, "in-place.eml"), "w");
  writeSync(writer, letter("in place").slice(0, 80));
  await eventually("the first letter", () => dropped("renamed").length > 0);
  writeSync(writer, letter("in place").slice(80));
  closeSync(writer);
  const [text] = await eventually("the second letter", () => dropped("in place").length > 0 && dropped("in place"));
  expect(text).toStartWith(
    "x-sender: erp@house.example\r\nx-receiver: info@house.example\r\nReceived: by mail.example id ",
  );
  expect(text).toEndWith("\r\n\r\n.\r\nHello\r\n");
  await eventually("an empty pickup folder", () => filesIn(pickup).length === 0);
  expect([dropped("renamed").length, dropped("in place").length]).toEqual([1, 1]);
});

test("CDO and .NET programs say the envelope in the first lines, and nobody reads of Bcc", async () => {
  const text = `x-sender: cdo@house.example\r\nx-receiver: info@house.example\r\nx-receiver: far@far.example\r\n${letter("cdo", "shown@far.example")}`;
  writeFileSync(join(pickup, "3f2504e0.eml"), text);
  writeFileSync(
    join(pickup, "net.eml"),
    letter("net").replace("\r\nSubject", "\r\nBcc: info@house.example\r\nSubject"),
  );
  const [cdo] = await eventually("the letter", () => dropped("cdo").length > 0 && dropped("cdo"));
  expect(cdo).toContain("x-sender: cdo@house.example\r\nx-receiver: info@house.example\r\nReceived");
  const [net] = await eventually("the letter", () => dropped("net").length > 0 && dropped("net"));
  expect(net).not.toContain("Bcc");
  const { found } = await ground.ask<QueuePage>("queue.find", { recipient: "far@far.example" });
  expect(found.map((it) => it.message.envelope.sender)).toEqual(["cdo@house.example"]);
});

test("a malformed file is told with its reason, and sent when it was mended", async () => {
  writeFileSync(join(pickup, "bad.eml"), letter("mended").replace("From", "X-From"));
  const { parameters } = await ground.event(6100, (it) => it.parameters.file === "bad.eml");
  const { entries } = await ground.ask<BadmailList>("badmail.list");
  expect(entries.map((it) => it.id)).toEqual([String(parameters.id)]);
  const path = join(siteFolder(ground.program.home, "Badmail"), `${String(parameters.id)}.BAD`);
  writeFileSync(path, readFileSync(path, "utf8").replace("X-From", "From"));
  await ground.program.must("mail", "badmail", "resend", String(parameters.id));
  await eventually("the mended letter", () => dropped("mended").length === 1);
  expect((await ground.ask<BadmailList>("badmail.list")).entries).toEqual([]);
});

test("a local domain has a folder of its own, also as a Maildir", async () => {
  await ground.set("smtp", {
    domains: { "club.example": { dropFolder: "content/club", dropFormat: "maildir" } },
  });
  const folder = join(ground.program.home, "content", "club");
  // Services write only where they may: somebody makes the folder and gives it.
  mkdirSync(folder, { recursive: true, mode: 0o777 });
  Bun.spawnSync(["chmod", "777", folder]);
  writeFileSync(join(pickup, "club.eml"), letter("club", "ada@club.example"));
  const [name = ""] = await eventually(
    "the letter",
    () => filesIn(join(folder, "new")).length > 0 && filesIn(join(folder, "new")),
  );
  const text = readFileSync(join(folder, "new", name), "utf8");
  expect(text).toStartWith("Return-Path: <erp@house.example>\nDelivered-To: ada@club.example\nReceived: ");
});

test("a service that is killed over hundreds of files sends each of them once", async () => {
  const subjects = Array.from({ length: 300 }, (_, n) => `crash ${n} of it`);
  for (const [n, subject] of subjects.entries()) writeFileSync(join(pickup, `crash-${n}.eml`), letter(subject));
  await eventually("some of them", () => filesIn(pickup).length < 250);
  for (const pid of await ground.server.workers("smtp")) process.kill(pid, "SIGKILL");
  let missing: readonly string[] = subjects;
  await eventually(
    () => `${missing.length} of them, such as ${missing[0]}; ${filesIn(pickup).length} wait`,
    () => {
      const there = new Set(subjectsIn(drop));
      missing = subjects.filter((it) => !there.has(it));
      return missing.length === 0 && filesIn(pickup).length === 0;
    },
    40_000,
  );
  // The queue says of each file that it was taken once; a delivery that was cut off may say so twice.
  const seen = new Map<string, number>();
  let next: QueuePage["next"] = null;
  do {
    const after = next === null ? {} : { afterId: next.id, afterRecipient: next.recipient };
    const page: QueuePage = await ground.ask<QueuePage>("queue.find", { status: "any", limit: 1000, ...after });
    for (const { message } of page.found) {
      const file = String(message.facts.file ?? "");
      if (file.startsWith("crash-")) seen.set(file, (seen.get(file) ?? 0) + 1);
    }
    next = page.next;
  } while (next !== null);
  expect([seen.size, Math.max(...seen.values())]).toEqual([300, 1]);
}, 60_000);
