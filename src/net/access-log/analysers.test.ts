// What analysers of others make of our logs: every line that we wrote is a valid request to them, whatever was in it.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Ends } from "./ends.ts";
import { usualFields } from "./fields.ts";
import { type LogFormat, ncsaFormat, w3cFormat } from "./format.ts";
import { LineBuffer } from "./line-buffer.ts";
import { type AccessRecord, accessRecord } from "./record.ts";

const folder = mkdtempSync(join(tmpdir(), "inetsrv analysers "));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LINES = 500;
const START_MS = Date.UTC(2026, 10, 27, 12, 0, 0);
const identity = { computerName: "here", software: "test" };

const anyText = fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes));
const hostile = fc.oneof(anyText, fc.string(), fc.constantFrom('"', "#", "-", "\\x", " ", "\r\n"));
const strange = fc.tuple(hostile, hostile, hostile, hostile).map(
  ([stem, query, agent, referer]): AccessRecord => ({
    ...accessRecord(),
    ends: new Ends({ address: "192.0.2.7", port: 50_000 }, { address: "127.0.0.1", port: 80 }, "0123456789abcdef"),
    method: "GET",
    uriStem: `/${stem}`,
    uriQuery: query,
    userAgent: `Mozilla/5.0 ${agent}`,
    referer,
    status: 200,
    bytesSent: 1000,
    timeTakenMs: 5,
    protocolVersion: "HTTP/1.1",
  }),
);

function fileOf(name: string, format: LogFormat): string {
  const out = new LineBuffer();
  const records = fc.sample(strange, { seed: 7, numRuns: LINES });
  for (const [index, record] of records.entries()) out.add({ ...record, atMs: START_MS + index * 1000 }, format.spell);
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([Buffer.from(format.header(START_MS)), out.take()]));
  return path;
}

const goaccess = Bun.which("goaccess");

describe.skipIf(goaccess === null)("goaccess (needs goaccess)", () => {
  const count = (path: string, format: "W3C" | "COMBINED"): unknown => {
    const report = `${path}.json`;
    const ran = Bun.spawnSync([
      goaccess ?? "",
      path,
      `--log-format=${format}`,
      "--no-global-config",
      "--no-progress",
      "-o",
      report,
    ]);
    expect([ran.exitCode, ran.stderr.toString()]).toEqual([0, ""]);
    const { general } = JSON.parse(readFileSync(report, "utf8")) as { readonly general: Record<string, unknown> };
    return { valid: general.valid_requests, failed: general.failed_requests };
  };

  test("counts every line of a W3C log with the usual fields", () => {
    const path = fileOf("u_ex261127.log", w3cFormat(usualFields("www"), identity));
    expect(count(path, "W3C")).toEqual({ valid: LINES, failed: 0 });
  });

  test("counts every line of an NCSA log", () => {
    expect(count(fileOf("nc261127.log", ncsaFormat), "COMBINED")).toEqual({ valid: LINES, failed: 0 });
  });
});
