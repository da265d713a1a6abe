// The content of a web site alone, without socket and parser: how many times a second a small file that lies in memory is found by
// its target and put into a write.

import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../src/base/clock.ts";
import { expectGood } from "../src/base/result.ts";
import { discard, isSource } from "../src/proto/http/answer/answer.ts";
import { DateStamp } from "../src/proto/http/answer/date-stamp.ts";
import { Outbox } from "../src/proto/http/answer/outbox.ts";
import { writeAnswer } from "../src/proto/http/answer/write-answer.ts";
import { parseHead, usualHeadLimits } from "../src/proto/http/head/parse-head.ts";
import type { Request } from "../src/proto/http/request.ts";
import { targetPath } from "../src/proto/http/target/target-path.ts";
import { valuesOf } from "../src/schema/resolve.ts";
import { section } from "../src/schema/section.ts";
import { contentRules } from "../src/www/content/content-rules.ts";
import { contentSettings } from "../src/www/content/content-settings.ts";
import { contentWorld } from "../src/www/content/content-world.ts";
import type { Place } from "../src/www/content/place.ts";
import { SiteContent } from "../src/www/content/site-content.ts";
import { fakeAsker } from "../src/www/testing/fake-asker.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

export const benches: readonly Bench[] = [
  {
    name: "www-content",
    measures:
      "Answers in a second on one core with a file of 1 KB that lies in memory, found by its target and written with its " +
      "head, best of several rounds: plainly, with the codings of a browser, as 304, plainly with the head read anew, a part of a large file, and by its place when the target is not known. " +
      "Bar: 1,500 thousand plainly.",
    run,
  },
];

const ANSWERS = 200_000;
const ROUNDS = 8;

async function run(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "www-content-"));
  writeFileSync(join(folder, "index.html"), "x".repeat(1024));
  utimesSync(join(folder, "index.html"), 1_700_000_000, 1_700_000_000);
  const home = { root: join(folder, "home"), from: "--home" } as const;
  const date = new DateStamp(Date.now());
  const content = new SiteContent(contentWorld({ home, clock: systemClock, date, fileCacheBytes: 2 ** 26 }));
  const rules = contentRules(valuesOf(section("content", "Content.", contentSettings), []), folder);
  const place: Place = {
    target: expectGood(targetPath("/index.html", pathRules)),
    folder,
    below: ["index.html"],
    rules,
    asker: fakeAsker(),
    before: { file: undefined },
  };
  writeFileSync(join(folder, "large.txt"), Buffer.alloc(10_000_000, "x"));
  await Bun.sleep(50);
  const largePlace = {
    ...place,
    below: ["large.txt"],
    target: expectGood(targetPath("/large.txt", pathRules)),
    before: { file: undefined },
  };
  const part = request("/large.txt", "Range: bytes=5000000-5000999");
  discard(await content.answer(part, largePlace));
  const first = await content.answer(request("/index.html"), place);
  const tag = first.fields.find(([name]) => name === "ETag")?.[1] ?? "";
  const known = (asked: Request) => content.known(asked, place);
  const cases: readonly (readonly [string, Request, (asked: Request) => unknown])[] = [
    ["plain", request("/index.html"), known],
    ["with Accept-Encoding", request("/index.html", "Accept-Encoding: gzip, deflate, br, zstd"), known],
    ["304", request("/index.html", `If-None-Match: ${tag}`), known],
    ["plain, its head read each time", request("/index.html"), () => known(request("/index.html"))],
    ["1 KB of 10 MB", part, (asked) => content.known(asked, largePlace)],
    ["by its place", request("/index.html"), (asked) => content.answer(asked, place)],
  ];
  const rows = cases.map(([name, asked, answer]) => measure(name, asked, answer, date));
  rmSync(folder, { recursive: true });
  return rows;
}

const pathRules = {
  allowDoubleEscaping: false,
  allowHighBitCharacters: true,
  otherSlashes: "separate",
  windowsNames: "allow",
  segmentsMax: 100,
} as const;

const heads = new Map<string, Buffer>();

function request(target: string, ...fields: readonly string[]): Request {
  const lines = [`GET ${target} HTTP/1.1`, "Host: a", ...fields, "", ""].join("\r\n");
  const bytes = heads.get(lines) ?? Buffer.from(lines);
  heads.set(lines, bytes);
  const head = parseHead(bytes, 0, usualHeadLimits);
  if (head === undefined) throw new Error("no request");
  return head;
}

function measure(name: string, asked: Request, answer: (asked: Request) => unknown, date: DateStamp): Row {
  const outbox = new Outbox();
  outbox.begin({ write: () => true });
  const rounds = Array.from({ length: ROUNDS }, () => {
    const begun = performance.now();
    for (let count = 0; count < ANSWERS; count++) {
      const given = answer(asked) as ReturnType<SiteContent["known"]>;
      if (given === undefined) throw new Error(`${name}: not known`);
      const writer = writeAnswer(outbox, asked, given, true, date);
      if (writer !== undefined && isSource(given.body)) {
        const piece = given.body.next();
        if (Buffer.isBuffer(piece)) writer.piece(piece, outbox);
        given.body.close();
      }
    }
    return (performance.now() - begun) / 1000;
  });
  outbox.end();
  return { asked: name, "thousand a second": ANSWERS / Math.min(...rounds) / 1000 };
}
