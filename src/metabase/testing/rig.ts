// A metabase in a folder of its own, with the clock in the test's hand and every event on record.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../base/clock.ts";
import { expectGood, good } from "../../base/result.ts";
import { type Occurrence, reporter } from "../../event/event.ts";
import { createMetabase } from "../create-metabase.ts";
import type { Metabase } from "../metabase.ts";
import { type MetabaseOptions, openMetabase } from "../open-metabase.ts";
import { testModel } from "./model.ts";

export interface Rig extends AsyncDisposable {
  readonly folder: string;
  readonly clock: ManualClock;
  readonly events: Occurrence[];
  readonly options: MetabaseOptions;
  create(): Promise<Metabase>;
  /** Opens what is there; the one that was open before is closed. */
  open(changes?: Partial<MetabaseOptions>): Promise<Metabase>;
  /** The one that is open is thought dead: nobody closes it. */
  abandon(): void;
  /** The numbers of the events since the last call. */
  told(): readonly number[];
}

export const author = { who: "anna", why: "test" } as const;
export const START_MS = Date.UTC(2026, 0, 1);

/** What a sealed text looks like; nobody opens it here. */
export const sealed = (text: string) => ({
  $sealed: {
    keys: ["machine-0123abcd"],
    age: `-----BEGIN AGE ENCRYPTED FILE-----\n${btoa(encodeURIComponent(text))}\n-----END AGE ENCRYPTED FILE-----\n`,
  },
});

export function makeRig(changes: Partial<MetabaseOptions> = {}): Rig {
  const home = mkdtempSync(join(tmpdir(), "metabase ü "));
  const clock = new ManualClock(START_MS);
  const events: Occurrence[] = [];
  const open: Metabase[] = [];
  const folder = join(home, "metabase");
  const options: MetabaseOptions = {
    model: testModel,
    release: "test",
    checks: [],
    seal: async (clear) => good(sealed(clear)),
    clock,
    report: reporter(
      "server",
      () => clock.wallMs(),
      (it) => events.push(it),
    ),
    ...changes,
    folder,
  };
  const keep = (it: Metabase): Metabase => {
    open.push(it);
    return it;
  };
  return {
    folder,
    clock,
    events,
    options,
    create: async () => keep(expectGood(await createMetabase(options, "setup"))),
    async open(changed = {}) {
      await open.pop()?.close();
      return keep(expectGood(await openMetabase({ ...options, ...changed })));
    },
    abandon: () => void open.pop(),
    told: () => events.splice(0).map((it) => it.number),
    async [Symbol.asyncDispose]() {
      await open.pop()?.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
