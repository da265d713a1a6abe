// A process that changes a metabase until it is killed, by itself at a given step or from outside. Each line it prints
// is an acknowledgement: what it says must survive.
import { writeSync } from "node:fs";
import { seeded, systemClock } from "../../base/clock.ts";
import { expectGood } from "../../base/result.ts";
import { reporter } from "../../event/event.ts";
import type { Folder } from "../copy/folder.ts";
import { UNFINISHED } from "../copy/folder.ts";
import { openMetabase } from "../open-metabase.ts";
import type { Store } from "../store/store.ts";
import { crashOptions } from "./crash-options.ts";
import { pick, randomEdits } from "./random-edits.ts";

const [folder = "", seedText = "", stepText = ""] = process.argv.slice(2);
const random = seeded(Number(seedText));
let stepsLeft = Number(stepText);

/** The place of one possible death. */
function step(): void {
  if (--stepsLeft === 0) process.kill(process.pid, "SIGKILL");
}

async function around<T>(act: () => Promise<T>): Promise<T> {
  step();
  const done = await act();
  step();
  return done;
}

/** Dies also between two statements of one transaction. */
function* dying<T>(items: readonly T[]): Generator<T> {
  for (const it of items) {
    step();
    yield it;
  }
}

const mortalStore = (inner: Store): Store => ({
  name: inner.name,
  state: () => inner.state(),
  nodes: () => inner.nodes(),
  record: (revision, forget) => {
    const changes = Object.assign([...revision.changes], { [Symbol.iterator]: () => dying(revision.changes) });
    return around(() => inner.record({ ...revision, changes }, forget));
  },
  confirm: (confirmation) => around(() => inner.confirm(confirmation)),
  adopt: (model, tookOut) => inner.adopt(model, tookOut),
  revision: (n) => inner.revision(n),
  history: (query) => inner.history(query),
  confirmations: () => inner.confirmations(),
  close: () => inner.close(),
});

const mortalFolder = (inner: Folder): Folder => ({
  path: inner.path,
  names: () => inner.names(),
  read: (name) => inner.read(name),
  append: async (name, offset, text) => {
    if (stepsLeft === 1) await inner.append(name, offset, text.slice(0, random() * text.length));
    return around(() => inner.append(name, offset, text));
  },
  replace: async (name, parts) => {
    if (stepsLeft === 1) await inner.replace(`${name}${UNFINISHED}`, ["{half"]);
    return around(() => inner.replace(name, parts));
  },
  remove: (name) => around(() => inner.remove(name)),
});

const report = reporter("server", Date.now, () => {});
const twins = { store: mortalStore, folder: mortalFolder };
const metabase = expectGood(await openMetabase({ ...crashOptions(folder), clock: systemClock, report, twins }));
const say = (line: string) => writeSync(1, `${line}\n`);
say("open");
for (;;) {
  const author = { who: "child", why: `seed ${seedText}` };
  const { pending } = metabase;
  if (pending !== undefined && random() < 0.7) {
    if ((await metabase.confirm("child")).ok) say(`confirmed ${pending.revision.n}`);
    continue;
  }
  const back = pending?.revision.n ?? (random() < 0.1 ? metabase.head.n : undefined);
  const confirm = random() < 0.1 ? { confirmWithinMs: 600_000 } : {};
  const edits = Array.from({ length: pick(random, [1, 1, 1, 4]) }, () => randomEdits(random, metabase.view)).flat();
  const done =
    back !== undefined && back > 1
      ? await metabase.revert(back - 1, author)
      : await metabase.change({ ...author, ...confirm, edits });
  if (done.ok && done.value.is === "recorded") say(`${done.value.revision.n} ${done.value.revision.chain}`);
}
