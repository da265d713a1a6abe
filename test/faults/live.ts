// The life of a row: a copy of the installation, the fault, and after it every check of the kit, each of which can fail
// alone. Only for tests.
import { messageOf } from "../../src/base/thrown.ts";
import { eventually } from "../program/eventually.ts";
import { examine, fix } from "./doctor.ts";
import { firstLine, lastSeq } from "./first-line.ts";
import type { Installation } from "./installation.ts";
import { letterNames, missing } from "./ledger.ts";
import { failing, isDisturbed, probes } from "./probes.ts";
import { Rig } from "./rig.ts";
import { type FaultRow, ITSELF, type Verdict, type Verdicts } from "./row.ts";

const passed: Verdict = { is: "passed" };
/** A worker that hangs is told of after a quarter of a minute. */
const SOON_MS = 25_000;
/** A port that was taken is tried again more and more slowly. */
const HEALED_WITHIN_MS = 30_000;

export async function live(row: FaultRow, installation: Installation): Promise<Verdicts> {
  await using rig = await Rig.make(row, installation);
  try {
    return await suffer(rig, row);
  } catch (error) {
    const failed: Verdict = { is: "failed", because: `${ITSELF}: ${messageOf(error)}` };
    return { serves: failed, says: failed, doctor: failed, heals: failed, kept: failed };
  }
}

async function suffer(rig: Rig, row: FaultRow): Promise<Verdicts> {
  await row.prepare?.(rig);
  if (row.moment !== "down") await rig.live(`while it served: ${row.name}`);
  const since = lastSeq(rig);
  if (row.moment === "killed") await rig.kill();
  await row.inject(rig);
  if (row.moment !== "running") await rig.up();
  const says = await verdict(() => judgeFirstLine(rig, row, since));
  const serves = await verdict(() => judgeService(rig, row));
  const doctor = await verdict(() => examine(rig, row, performance.now() + SOON_MS));
  const heals = await verdict(() => judgeHealing(rig, row));
  const kept = await verdict(() => judgeKept(rig, row));
  return { serves, says, doctor, heals, kept };
}

async function judgeService(rig: Rig, { disturbs, moment }: FaultRow): Promise<string | undefined> {
  const undisturbed = probes.filter((it) => !isDisturbed(it, disturbs));
  const before = moment !== "running" || rig.attached === undefined ? [] : await rig.attached.failing(disturbs);
  const failures = [...(await failing(undisturbed, rig.ports)), ...before];
  return failures.length === 0 ? undefined : failures.join("; ");
}

async function judgeFirstLine(rig: Rig, row: FaultRow, since: number): Promise<string | undefined> {
  const { told = "error", object, article } = row;
  if (told === "nothing") {
    const line = firstLine(rig, since, "warning");
    return line === undefined ? undefined : `there is nothing to tell, and yet: ${line.text}`;
  }
  const line = await eventually(`an ${told}`, () => firstLine(rig, since, told), SOON_MS);
  if (!object.name.test(line.text)) return `it does not name the ${object.kind}: ${line.text}`;
  return line.article === article ? undefined : `it leads to ${line.article}: ${line.text}`;
}

async function judgeHealing(rig: Rig, { heal }: FaultRow): Promise<string | undefined> {
  if (heal.by === "doctor") await fix(rig, heal.asRoot);
  if (heal.by === "doctor" || heal.by === "commands")
    for (const it of (heal.by === "doctor" ? heal.also : heal.commands) ?? []) await rig.type(it);
  else await heal.does?.(rig);
  if (!rig.isUp) await rig.up();
  let left = probes;
  let failures: readonly string[] = [];
  const allServe = async () => {
    if (!rig.isUp) throw new Error(`it does not run: ${rig.server.err}`);
    await rig.learnPorts();
    failures = await failing(left, rig.ports);
    left = left.filter(({ name }) => failures.some((it) => it.startsWith(`${name}: `)));
    return left.length === 0;
  };
  await eventually(() => failures.join("; "), allServe, HEALED_WITHIN_MS);
  return undefined;
}

async function judgeKept(rig: Rig, { destroys = [] }: FaultRow): Promise<string | undefined> {
  const letters = [...letterNames.filter((it) => !destroys.includes(it)), ...rig.letters];
  let gone: readonly string[] = [];
  const nothing = async () => {
    gone = await missing(rig, letters);
    return gone.length === 0;
  };
  await eventually(() => gone.join("; "), nothing, SOON_MS);
  return undefined;
}

/** What a check says is wrong, or threw. */
async function verdict(check: () => Promise<string | undefined>): Promise<Verdict> {
  try {
    const because = await check();
    return because === undefined ? passed : { is: "failed", because };
  } catch (error) {
    return { is: "failed", because: messageOf(error) };
  }
}
