// Checks in the order of their needs, each within its limit; one that hangs or fails takes no other along.
import { expect, test } from "bun:test";
import { systemClock } from "../base/clock.ts";
import { about } from "../base/fault.ts";
import type { DoctorCheck, Finding } from "../service/doctor-check.ts";
import { runChecks } from "./run-checks.ts";

const blind: Finding = {
  level: "error",
  subject: about("home", "home"),
  what: "gone",
  matters: "",
  remedy: "",
  article: null,
  stops: true,
};
const row = (name: string, needs: readonly string[], look: DoctorCheck<never>["look"] = async () => []) => ({
  name,
  title: name,
  needs,
  look,
});
const run = (rows: readonly DoctorCheck<never>[], wanted: readonly string[] = [], offline = false) =>
  runChecks(rows, {}, { clock: systemClock, offline, wanted, limitMs: 50 });
const skipped = async (rows: readonly DoctorCheck<never>[], wanted?: readonly string[], offline?: boolean) =>
  (await run(rows, wanted, offline)).map((it) => [it.check, it.skipped === null ? "looked" : it.skipped]);

test("those that need what is missing are left out, and so are those that need them", async () => {
  const rows = [row("disk", ["home"]), row("home", [], async () => [blind]), row("logs", ["disk"]), row("memory", [])];
  expect(await skipped(rows)).toEqual([
    ["disk", 'it needs what "home" found missing'],
    ["home", "looked"],
    ["logs", 'it needs what "disk" found missing'],
    ["memory", "looked"],
  ]);
});

test("with names only those are carried out, and what they need", async () => {
  const rows = [row("home", []), row("metabase", ["home"]), row("ports", ["metabase"]), row("memory", [])];
  expect((await run(rows, ["ports"])).map((it) => it.check)).toEqual(["home", "metabase", "ports"]);
});

test("one that hangs or throws is named, and the others are carried out", async () => {
  const rows = [
    row("hangs", [], () => new Promise(() => {})),
    row("throws", [], () => Promise.reject(new Error("oops"))),
    row("looks", []),
  ];
  expect(await skipped(rows)).toEqual([
    ["hangs", "it took more than 0.05 s"],
    ["throws", "it failed, which is a fault of the program: oops"],
    ["looks", "looked"],
  ]);
});

test("what asks others is left out where that is not wanted", async () => {
  const rows = [{ ...row("hosts", []), asksOthers: true as const }];
  expect(await skipped(rows, [], true)).toEqual([["hosts", "it asks other machines, and --offline was given"]]);
});
