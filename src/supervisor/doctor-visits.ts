// The doctor is called from time to time while the server runs, as a process of its own that may hang or take its time; what
// he finds is kept for the status, and told once. He only looks.
import type { Subprocess } from "bun";
import type { Clock } from "../base/clock.ts";
import { about } from "../base/fault.ts";
import type { Home } from "../base/home.ts";
import { isObject } from "../base/json.ts";
import type { Report } from "../event/event.ts";
import type { DoctorVisit } from "./answers.ts";
import { supervisorEvents } from "./events.ts";
import { childEnvironment } from "./worker-process.ts";

export interface DoctorVisitsParts {
  readonly home: Home;
  readonly clock: Clock;
  readonly report: Report;
  /** The command line of this program, to which words are added. */
  readonly command: readonly string[];
  /** Nought: he is not called. */
  everyMs(): number;
}

/** By then everything serves, or has said why it does not. */
const FIRST_MS = 120_000;
/** So often it is seen whether it is time again, as the setting may have changed. */
const LOOK_MS = 60_000;
const LIMIT_MS = 120_000;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** What the running server says of itself stands in the status anyhow. */
const OF_SERVER = "server";

export class DoctorVisits {
  latest: DoctorVisit | null = null;
  private readonly parts: DoctorVisitsParts;
  private child: Subprocess | undefined;
  private known: ReadonlySet<string> = new Set();
  private cancel: () => void;
  private lastMs = Number.NEGATIVE_INFINITY;
  private closed = false;

  constructor(parts: DoctorVisitsParts) {
    this.parts = parts;
    this.cancel = parts.clock.after(FIRST_MS, () => void this.look());
  }

  close(): void {
    this.closed = true;
    this.cancel();
    this.child?.kill("SIGKILL");
  }

  private async look(): Promise<void> {
    const { clock } = this.parts;
    const everyMs = this.parts.everyMs();
    if (everyMs === 0) this.latest = null;
    else if (clock.steadyMs() >= this.lastMs + everyMs) {
      this.lastMs = clock.steadyMs();
      const said = await this.consult();
      if (this.closed) return;
      if (said !== undefined) this.take(said);
    }
    this.cancel = clock.after(LOOK_MS, () => void this.look());
  }

  /** undefined: he could not come, took too long, or was not understood. */
  private async consult(): Promise<readonly Said[] | undefined> {
    const { command, home } = this.parts;
    try {
      const child = Bun.spawn([...command, "--home", home.root, "doctor", "--json", "--offline"], {
        stdio: ["ignore", "pipe", "ignore"],
        env: childEnvironment(process.env),
        timeout: LIMIT_MS,
        maxBuffer: ANSWER_BYTES_MAX,
        killSignal: "SIGKILL",
      });
      this.child = child;
      return findingsIn(await child.stdout.text());
    } catch {
      return undefined; // the next visit may go better; what keeps a program from starting is told by others
    } finally {
      this.child = undefined;
    }
  }

  private take(said: readonly Said[]): void {
    const { clock, report, home } = this.parts;
    const [first = null] = said;
    const errors = said.filter(({ level }) => level === "error").length;
    this.latest = { atMs: clock.wallMs(), errors, warnings: said.length - errors, first: first?.what ?? null };
    const place = about("home", home.root);
    for (const { key, what, remedy } of said)
      if (!this.known.has(key)) report(supervisorEvents.doctorFound, place, { what, remedy });
    if (said.length === 0 && this.known.size > 0) report(supervisorEvents.doctorContent, place);
    this.known = new Set(said.map(({ key }) => key));
  }
}

interface Said {
  /** By which it is known again. */
  readonly key: string;
  readonly level: string;
  readonly what: string;
  readonly remedy: string;
}

/** Root causes only: what comes of them is mended with them. */
function findingsIn(text: string): readonly Said[] | undefined {
  const answer: unknown = JSON.parse(text);
  if (!isObject(answer) || !Array.isArray(answer.findings)) return undefined;
  return answer.findings.flatMap((it: unknown) => {
    if (!isObject(it) || !isObject(it.subject) || it.causedBy !== null || it.check === OF_SERVER) return [];
    const [level, what, remedy] = [it.level, it.what, it.remedy].map(String) as [string, string, string];
    return [{ key: `${it.check} ${it.subject.name}`, level, what, remedy }];
  });
}
