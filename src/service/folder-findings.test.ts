import { expect, test } from "bun:test";
import type { Patient, TrialEnd } from "./doctor-check.ts";
import { folderFindings, type UsedFolder } from "./folder-findings.ts";

const folder = (path: string): UsedFolder => ({
  path,
  setting: "www/sites/default/accessLogFolder",
  of: "www/sites/default",
  wants: "write",
  holds: "The access logs",
  madeWhenMissing: true,
  matters: "Nothing is written down",
  missingArticle: "access-log-unwritten",
});

/** Nothing of it is on the disk: only what others try for us counts. */
function patient(ends: Readonly<Record<string, TrialEnd["is"]>>) {
  const tried: string[] = [];
  const it: Patient = {
    home: { root: "/nothing/home", from: "--home" },
    nowMs: 0,
    isUp: false,
    metabase: undefined,
    serviceUser: undefined,
    tryAs: async (user, trials) =>
      trials.map((trial) => {
        const path = "path" in trial ? trial.path : "";
        if (trial.try === "folder") tried.push(`${user} ${path}`);
        const is = ends[path] ?? "missing";
        return is === "fine" ? { is, facts: {} } : { is, because: "it was said so" };
      }),
  };
  return { it, tried };
}

test("where a folder is to be made is seen by a process that may hang, and is not looked at by this one", async () => {
  const { it, tried } = patient({ "/nothing": "fine" });
  expect(await folderFindings(it, [folder("/nothing/logs/W3SVC-default")])).toEqual([]);
  expect(tried).toEqual(["server /nothing"]);
});

test("a disk that does not answer is named, and what lies elsewhere is not", async () => {
  const { it } = patient({ "/away/logs": "no-answer", "/nothing": "fine" });
  const findings = await folderFindings(it, [folder("/away/logs"), folder("/nothing/logs")]);
  expect(findings.map(({ level, subject }) => [level, subject.name])).toEqual([["warning", "/away/logs"]]);
});

test.skipIf(process.getuid?.() !== 0)(
  "what the services may not make below the logs is made for them, for all at once",
  async () => {
    const { it } = patient({ "/nothing/home/logs": "refused" });
    const folders = ["W3SVC-default", "W3SVC-second"].map((name) => folder(`/nothing/home/logs/${name}`));
    const [finding, ...more] = await folderFindings({ ...it, isUp: true, serviceUser: { uid: 7, gid: 8 } }, folders);
    expect(more).toEqual([]);
    expect(finding?.fix?.steps).toEqual(
      folders.map(({ path }) => ({ step: "make-folder", path, mode: 0o755, owner: { uid: 7, gid: 8 } })),
    );
  },
);
