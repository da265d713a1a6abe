// The keys of a home and what they open. Lines only.

import { localTime } from "../../base/local-time.ts";
import type { KeyFileStatus, KeyStatus } from "../../seal/status.ts";
import { type Line, type Span, toned } from "../look/line.ts";
import { count } from "../look/moment.ts";
import { tableLines } from "../look/table.ts";
import { faultLines } from "./fault-view.ts";

export const hasKeyTrouble = ({ warnings, secrets }: KeyStatus): boolean =>
  warnings.length > 0 || secrets.unopened.length > 0;

export function keyLines(status: KeyStatus, width: number | undefined, proseWidth: number): readonly Line[] {
  const { secrets, warnings } = status;
  const all = secrets.total === 0 ? "there are no secrets yet" : `they open ${count(secrets.total, "secret")}`;
  const verdict = hasKeyTrouble(status)
    ? toned("bad", `${secrets.opened} of ${count(secrets.total, "secret")} can be opened.`)
    : toned("good", `The keys are right: ${all}.`);
  return [
    verdict,
    ...(secrets.stale === 0
      ? []
      : [toned("warn", `${count(secrets.stale, "secret")} sealed to older keys: inetsrv keys reseal`)]),
    "",
    ...tableLines(
      [{ title: "Key", yields: 2 }, { title: "Is" }, { title: "Since" }, { title: "Secrets", align: "right" }],
      keyRows(status),
      width,
    ),
    "",
    ...tableLines(
      [{ title: "File", yields: 1 }, { title: "State" }, { title: "Key", yields: 2 }, { title: "Mode" }],
      status.files.map(fileRow),
      width,
    ),
    `in ${status.folder}`,
    ...[...warnings, ...secrets.unopened].flatMap((it) => ["", ...faultLines(it, proseWidth)]),
  ];
}

function keyRows({ machine, recovery, former, secrets }: KeyStatus): readonly (readonly Span[])[] {
  const sealed = (id: string): string => String(secrets.sealedTo.find((it) => it.id === id)?.secrets ?? 0);
  const known = [
    ...(machine === undefined ? [] : [{ ...machine, is: "machine key" }]),
    ...(recovery === undefined ? [] : [{ ...recovery, is: "recovery key" }]),
    ...former.map((it) => ({ ...it, is: "former key" })),
  ];
  const ids = new Set<string>(known.map((it) => it.id));
  return [
    ...known.map((it) => [it.id, it.is, localTime(it.createdMs), sealed(it.id)]),
    ...secrets.sealedTo
      .filter((it) => !ids.has(it.id))
      .map((it) => [it.id, toned("warn", it.is), "", String(it.secrets)]),
  ];
}

const fileRow = ({ name, at, id, mode }: KeyFileStatus): readonly Span[] => [
  name,
  at === "present" ? toned("good", at) : toned("warn", at),
  id ?? "",
  mode ?? "",
];
