// The doctor: looks at a home in whatever state it is, says what is wrong and why, and mends what can be mended safely when it
// is asked to. Without that it changes nothing.
import { fchownSync, fstatSync } from "node:fs";
import { bad, good, type Result } from "../base/result.ts";
import type { UserNumbers } from "../net/system/lay-down-privileges.ts";
import type { Service } from "../service/service.ts";
import { otherOwner } from "../supervisor/act-as-owner.ts";
import { isPlain, withBelow } from "./below.ts";
import { type Case, type DoctorParts, openCase } from "./case.ts";
import { homeCheck } from "./checks/home.ts";
import { allChecks } from "./checks.ts";
import { type Mended, mend } from "./mend/mend.ts";
import { type DoctorReport, type Examined, examined, type ShownFinding } from "./report.ts";
import { chosenRows, runChecks } from "./run-checks.ts";
import { type Stray, straysIn } from "./strays.ts";

export interface DoctorOptions {
  readonly offline: boolean;
  /** Names of checks; all where none is named. */
  readonly wanted: readonly string[];
  readonly fix: boolean;
  readonly recoveryKey?: string | undefined;
  /** For the history: who typed it. */
  readonly who: string;
}

/** The findings are those of the first look; `left` are those of a second one, after what was mended. */
export interface DoctorAnswer extends DoctorReport {
  readonly fixed?: Mended["fixed"];
  readonly failed?: Mended["failed"];
  readonly left?: readonly ShownFinding[];
}

export const checkList = (services: readonly Service[]) =>
  allChecks(services).map(({ name, title, needs }) => ({ name, title, needs }));

const ROOT = 0;

export async function consult(parts: DoctorParts, options: DoctorOptions): Promise<DoctorAnswer> {
  const { home, actAsOwner } = parts;
  const { recoveryKey } = options;
  const byRoot = process.getuid?.() === ROOT;
  const strays = straysIn(home);
  const owner = actAsOwner && otherOwner(home.root);
  // What is given is told, and can be undone, by the check that finds it.
  const tells = chosenRows(allChecks(parts.services), options.wanted).some(({ name }) => name === homeCheck.name);
  const given =
    owner !== undefined && options.fix && tells ? giveBack(parts, strays, owner) : new Map<string, UserNumbers>();
  actAsOwner?.(home);
  const first = await look(parts, options, { strays, byRoot });
  const { report, fixes } = first.examined;
  if (!options.fix) return report;
  const mended = await mend(
    {
      home,
      nowMs: parts.clock.wallMs(),
      isHeld: first.isHeld,
      given,
      openMetabase: () => openAndClose(parts),
      recoverKeys: recoveryKey === undefined ? undefined : () => recoverKeys(parts, recoveryKey, options.who),
    },
    fixes,
  );
  const second = await look(parts, options, { strays: straysIn(home), byRoot });
  const { healthy, tookMs, findings: left } = second.examined.report;
  return { ...report, healthy, tookMs: report.tookMs + tookMs, ...mended, left };
}

async function look(
  parts: DoctorParts,
  { offline, wanted }: DoctorOptions,
  seen: Pick<Case, "strays" | "byRoot">,
): Promise<{ readonly examined: Examined; readonly isHeld: boolean }> {
  const { clock, services } = parts;
  const startMs = clock.steadyMs();
  const patient = await openCase(parts, seen);
  try {
    const checked = await runChecks(allChecks(services), patient, { clock, offline, wanted });
    return { examined: examined(checked, patient.events, clock.steadyMs() - startMs), isHeld: patient.isHeld };
  } finally {
    await patient.close();
  }
}

/** While this process still is root; of each file, whose it was. */
function giveBack(
  { home }: DoctorParts,
  strays: readonly Stray[],
  { uid, gid }: UserNumbers,
): ReadonlyMap<string, UserNumbers> {
  const given = new Map<string, UserNumbers>();
  for (const { path } of strays)
    try {
      withBelow(home.root, path, (fd) => {
        if (!isPlain(fd)) return;
        const was = fstatSync(fd);
        fchownSync(fd, uid, gid);
        given.set(path, { uid: was.uid, gid: was.gid });
      });
    } catch {
      // Then it is found again, and said.
    }
  return given;
}

async function openAndClose({ openClient }: DoctorParts): Promise<Result<void, string>> {
  const client = await openClient();
  if (!client.ok) return bad(`${client.error.fault.attempted}: ${client.error.fault.because}`);
  await client.value.close();
  return good(undefined);
}

async function recoverKeys(
  { openClient }: DoctorParts,
  recoveryKey: string,
  who: string,
): Promise<Result<void, string>> {
  const client = await openClient();
  if (!client.ok) return bad(`${client.error.fault.attempted}: ${client.error.fault.because}`);
  const answer = await client.value.call("keys.recover", { who, recoveryKey }).finally(() => client.value.close());
  return answer.ok ? good(undefined) : bad(answer.error.sentence);
}
