// Releases as people see them: the list, one with its files, what was repaired, and keys. Lines only.
import { localTime } from "../../base/local-time.ts";
import type { FileFinding } from "../../release/check/check-files.ts";
import { saidOf } from "../../release/check/verify.ts";
import type { Installed } from "../../release/install/install.ts";
import type { ListedRelease, Use } from "../../release/place/list-releases.ts";
import type { Repair } from "../../release/repair/repair.ts";
import type { OwnerKeys } from "../../release/trust/owner-keys.ts";
import { type Line, type Span, toned } from "../look/line.ts";
import { count, shortSize } from "../look/moment.ts";
import { type Column, tableLines } from "../look/table.ts";
import { faultLines } from "./fault-view.ts";

const useWords: Readonly<Record<Use, Span>> = {
  current: toned("good", "current"),
  previous: "the one before",
  running: toned("good", "running"),
  asked: "this program",
};
const useText = (uses: readonly Use[]): string =>
  uses
    .map((it) => useWords[it])
    .map((it) => (typeof it === "string" ? it : it.text))
    .join(", ");

export const signatureSpan = (signedBy: readonly string[], unsigned: boolean): Span => {
  if (unsigned) return toned("warn", "not signed");
  return [...new Set(signedBy)].map((it) => `key ${it.slice(0, 8)}`).join(", ") || toned("bad", "not trusted");
};

const columns: readonly Column[] = [
  { title: "Version", yields: 1 },
  { title: "Is", yields: 2 },
  { title: "Base", leaves: 2 },
  { title: "Hotfixes", yields: 3 },
  { title: "Signed by" },
  { title: "Size", align: "right", leaves: 1 },
  { title: "Made", leaves: 3 },
];

export function releaseTable(
  releases: readonly ListedRelease[],
  root: string,
  width: number | undefined,
  proseWidth: number,
): readonly Line[] {
  if (releases.length === 0) return [`No release is installed in ${root}.`];
  const rows = releases.map((it): readonly Span[] => [
    it.version,
    useText(it.uses),
    it.base ?? "",
    it.hotfixes.join(", "),
    it.fault === null ? signatureSpan(it.signedBy, it.unsigned) : toned("bad", "no"),
    it.bytes === null ? "" : shortSize(it.bytes),
    it.madeMs === null ? "" : localTime(it.madeMs),
  ]);
  const faults = releases.flatMap(({ fault }) => (fault === null ? [] : ["", ...faultLines(fault, proseWidth)]));
  return [...tableLines(columns, rows, width), `in ${root}`, ...faults];
}

export function installedLines(
  { version, folder, signedBy, unsigned, bytes, swept }: Installed,
  next: Line,
): readonly Line[] {
  return [
    toned("good", `Installed ${version} (${shortSize(bytes)}) in ${folder}`),
    ["Signature: ", signatureSpan(signedBy, unsigned)],
    ...(swept.length === 0 ? [] : [`Removed what an installation that did not end had left: ${swept.join(", ")}`]),
    next,
  ];
}

export interface ReleaseStatus {
  /** null for a program that is no installed release. */
  readonly version: string | null;
  readonly folder: string;
  readonly base: string | null;
  readonly hotfixes: readonly string[];
  readonly signedBy: readonly string[];
  readonly unsigned: boolean;
  readonly uses: readonly Use[];
  readonly files: number;
  readonly wrong: readonly FileFinding[];
  /** Why it may not be used, besides its files. */
  readonly faults: readonly Parameters<typeof faultLines>[0][];
  readonly all?: readonly FileFinding[];
}

export function releaseStatusLines(it: ReleaseStatus, width: number | undefined, proseWidth: number): readonly Line[] {
  if (it.version === null) return [`This program is no installed release: it runs from ${it.folder}`];
  const right = it.files - it.wrong.filter(({ is }) => is !== "unlisted").length;
  const isWhole = it.wrong.length === 0 && it.faults.length === 0;
  const facts: readonly (readonly Span[])[] = [
    ["release", it.version],
    ["is", useText(it.uses) || "installed"],
    ["base", it.base ?? it.version],
    ["hotfixes", it.hotfixes.join(", ") || "none"],
    ["signed by", signatureSpan(it.signedBy, it.unsigned)],
    ["files", `${right} of ${it.files} are as its manifest says`],
    ["folder", it.folder],
  ];
  return [
    isWhole ? toned("good", `${it.version} is whole.`) : toned("bad", `${it.version} is not what its manifest says.`),
    "",
    ...tableLines([{ title: "" }, { title: "", yields: 1 }], facts, width),
    ...findingTable(it.all ?? it.wrong, width),
    ...it.faults.flatMap((fault) => ["", ...faultLines(fault, proseWidth)]),
    ...(it.wrong.length === 0 ? [] : ["", toned("strong", `-> inetsrv release repair ${it.version}`)]),
  ];
}

function findingTable(findings: readonly FileFinding[], width: number | undefined): readonly Line[] {
  const rows = findings.map((it): readonly Span[] => [
    it.path,
    it.expected?.version ?? "",
    it.is === "right" ? toned("good", "right") : toned("bad", saidOf[it.is](it)),
  ]);
  if (rows.length === 0) return [];
  return [
    "",
    ...tableLines(
      [
        { title: "File", yields: 2 },
        { title: "Of", leaves: 1 },
        { title: "State", yields: 1 },
      ],
      rows,
      width,
    ),
  ];
}

export function repairLines({ version, repaired, left }: Repair, width: number | undefined): readonly Line[] {
  if (repaired.length === 0 && left.length === 0) return [`${version} is whole; there is nothing to do.`];
  const rows = repaired.map((it): readonly Span[] => [
    it.path,
    it.was,
    it.from ?? (it.was === "unlisted" ? "set aside" : ""),
  ]);
  const table = tableLines(
    [{ title: "File", yields: 2 }, { title: "Was" }, { title: "Brought back from", yields: 1 }],
    rows,
    width,
  );
  if (left.length === 0)
    return [toned("good", `${version} is whole again: ${count(repaired.length, "file")}.`), "", ...table];
  return [
    toned("bad", `${version} is still not whole: nobody has the right ${left.length === 1 ? "file" : "files"}.`),
    ...(table.length === 0 ? [] : ["", ...table]),
    ...findingTable(left, width),
    "",
    toned("strong", `-> inetsrv release repair ${version} --from PACKAGE`),
  ];
}

export function keyTable(
  { files, flaws, unsigned }: OwnerKeys,
  folder: string,
  width: number | undefined,
  proseWidth: number,
): readonly Line[] {
  const rows = files.map(({ name, key }): readonly Span[] => [key.id, name]);
  return [
    ...(rows.length === 0
      ? [`No key is trusted in ${folder}`]
      : [
          ...tableLines(
            [
              { title: "Key", yields: 1 },
              { title: "File", yields: 2 },
            ],
            rows,
            width,
          ),
          `in ${folder}`,
        ]),
    ...(unsigned.size === 0 ? [] : [toned("warn", `${count(unsigned.size, "release")} allowed without a signature`)]),
    ...flaws.flatMap((it) => ["", ...faultLines(it, proseWidth)]),
  ];
}
