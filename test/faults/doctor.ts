// What the doctor says of a rig, and what it mends: whether the true cause stands alone or on top. Only for
// tests.
import type { Rig } from "./rig.ts";
import type { FaultRow } from "./row.ts";

interface Finding {
  readonly id: number;
  readonly level: "error" | "warning";
  readonly subject: { readonly kind: string; readonly name: string };
  readonly what: string;
  readonly article: string | null;
  readonly causedBy: number | null;
}
interface Report {
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
}

/** A look costs a second of a processor, which what mends itself needs more. */
const LOOK_AGAIN_MS = 1000;
const STILL_LEFT = "nothing should be left";

/** What is wrong with what it says; undefined where it is right. What mends itself may take a moment for it. */
export async function examine(rig: Rig, row: FaultRow, untilMs: number): Promise<string | undefined> {
  for (;;) {
    const wrong = await examineOnce(rig, row);
    if (!wrong?.startsWith(STILL_LEFT) || performance.now() > untilMs) return wrong;
    await Bun.sleep(LOOK_AGAIN_MS);
  }
}

async function examineOnce(
  rig: Rig,
  { object, article, doctor, cause = { name: object.name, article } }: FaultRow,
): Promise<string | undefined> {
  const { findings } = await rig.program.json<Report>("doctor");
  const roots = findings.filter((it) => it.causedBy === null);
  const told = findings.map((it) => `${it.level} ${it.subject.kind} ${it.subject.name}: ${it.what} (${it.article})`);
  const found = told.length === 0 ? "nothing" : told.join("; ");
  const broken = roots.filter((it) => it.level === "error");
  if (doctor === "nothing left") return broken.length === 0 ? undefined : `${STILL_LEFT}, it finds ${found}`;
  const [first] = roots;
  if (first === undefined) return "it finds nothing";
  const names = cause.name.test(first.subject.name) || cause.name.test(first.what);
  if (!names) return `first it names another object: ${found}`;
  if (first.article !== cause.article) return `the article of the first is ${first.article}: ${found}`;
  const others = broken.filter((it) => it !== first);
  return others.length === 0 ? undefined : `it does not stand alone: ${found}`;
}

/** `doctor --fix`; throws where it could not be run. */
export async function fix(rig: Rig, asRoot = false): Promise<void> {
  await (asRoot ? rig.byRoot : rig.program).json<Report>("doctor", "--fix");
}
