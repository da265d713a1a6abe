// What the doctor says, as data: the findings with their causes first, and which checks were carried out. The shape of
// `inetsrv doctor --json`: its names are promised to scripts.
import type { LogRecord } from "../event/log-record.ts";
import type { Fix } from "../service/doctor-check.ts";
import { type Placed, place } from "./causes.ts";
import type { Checked } from "./run-checks.ts";

export interface DoctorReport {
  /** No error was found, and no check was kept from looking by a fault of its own. */
  readonly healthy: boolean;
  readonly tookMs: number;
  readonly findings: readonly ShownFinding[];
  readonly checked: readonly { readonly check: string; readonly tookMs: number; readonly skipped: string | null }[];
}

export interface ShownFinding {
  readonly id: number;
  readonly check: string;
  readonly level: "error" | "warning";
  readonly subject: { readonly kind: string; readonly name: string };
  readonly what: string;
  readonly sinceMs: number | null;
  readonly matters: string;
  readonly remedy: string;
  readonly article: string | null;
  /** What --fix would do. */
  readonly fix: string | null;
  readonly causedBy: number | null;
}

export interface Examined {
  readonly report: DoctorReport;
  /** By the id of the finding. */
  readonly fixes: ReadonlyMap<number, Fix>;
}

export function examined(checked: readonly Checked[], events: readonly LogRecord[], tookMs: number): Examined {
  const placed = place(checked.flatMap(({ check, findings }) => findings.map((finding) => ({ check, finding }))));
  const findings = placed.map((it) => shown(it, events));
  return {
    report: {
      healthy: findings.every((it) => it.level !== "error") && checked.every((it) => it.failed === undefined),
      tookMs: Math.round(tookMs),
      findings,
      checked: checked.map(({ check, tookMs, skipped }) => ({ check, tookMs, skipped })),
    },
    fixes: new Map(placed.flatMap(({ id, finding: { fix } }) => (fix === undefined ? [] : [[id, fix]]))),
  };
}

function shown({ id, check, causedBy, finding }: Placed, events: readonly LogRecord[]): ShownFinding {
  const { level, subject, what, matters, remedy, article, fix } = finding;
  return {
    id,
    check,
    level,
    subject: { kind: subject.kind, name: subject.name },
    what,
    sinceMs: finding.sinceMs ?? sinceOf(subject, events),
    matters,
    remedy,
    article,
    fix: fix?.would ?? null,
    causedBy,
  };
}

const bad: ReadonlySet<string> = new Set(["critical", "error", "warning"]);

/** When the log first complained of the object, without a word of its being well again since. */
function sinceOf(
  subject: { readonly kind: string; readonly name: string },
  events: readonly LogRecord[],
): number | null {
  let since: number | null = null;
  for (const { object, level, atMs } of events) {
    if (object.kind !== subject.kind || object.name !== subject.name) continue;
    if (bad.has(level)) since ??= atMs;
    else since = null;
  }
  return since;
}
