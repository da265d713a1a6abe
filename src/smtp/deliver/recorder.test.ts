import { expect, test } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import { bad, good } from "../../base/result.ts";
import { type Occurrence, reporter } from "../../event/event.ts";
import type { Attempt } from "../../spool/message.ts";
import type { MailSpool, Notice } from "../../spool/spool.ts";
import { type Trouble, trouble } from "../../spool/trouble.ts";
import { Recorder } from "./recorder.ts";

const attempt = (id: string): Attempt => ({
  id,
  recipient: 0,
  atMs: 0,
  outcome: { is: "delivered" },
  remote: "",
  reply: "",
});

/** A spool that answers a record as it is told. */
function rig(answer: (ids: readonly string[], notices: number) => Trouble | undefined) {
  const clock = new ManualClock();
  const written: string[][] = [];
  const events: Occurrence[] = [];
  const spool = {
    async record(attempts: readonly Attempt[], notices: readonly Notice[]) {
      const ids = attempts.map((it) => it.id);
      const why = answer(ids, notices.length);
      if (why !== undefined) return bad(why);
      written.push(ids);
      return good({ left: [] });
    },
  } as unknown as MailSpool;
  const report = reporter(
    "smtp",
    () => 0,
    (it) => void events.push(it),
  );
  return { clock, written, events, recorder: new Recorder(spool, clock, report) };
}

test("While one record is written the others gather to the next", async () => {
  const { recorder, written } = rig(() => undefined);
  await Promise.all(["a", "b", "c"].map((id) => recorder.record({ attempts: [attempt(id)] })));
  expect(written).toEqual([["a"], ["b", "c"]]);
});

test("What cannot be written is told once, and tried again until it can", async () => {
  let isFull = true;
  const { recorder, written, events, clock } = rig(() => (isFull ? trouble("full", "the disk is full") : undefined));
  const done = recorder.record({ attempts: [attempt("a")] });
  for (let n = 0; n < 3; n++) {
    await settled();
    clock.advance(1000);
  }
  await settled();
  isFull = false;
  clock.advance(1000);
  await done;
  expect(written).toEqual([["a"]]);
  expect(events.map((it) => it.number)).toEqual([6056]);
});

test("One that another has done with meanwhile does not keep the others from being written", async () => {
  const { recorder, written } = rig((ids) => (ids.includes("b") ? trouble("stale", "not being delivered") : undefined));
  await Promise.all(["x", "a", "b", "c"].map((id) => recorder.record({ attempts: [attempt(id)] })));
  expect(written.flat().sort()).toEqual(["a", "c", "x"]);
});

test("A notice is written anew for each try, and where it cannot be, its recipients wait", async () => {
  let tries = 0;
  const { recorder, written, clock } = rig(() => (tries < 2 ? trouble("held", "busy") : undefined));
  const write = async () => {
    tries++;
    return good({} as Notice);
  };
  const done = recorder.record({ attempts: [attempt("a")], notice: { write, otherwise: [attempt("other")] } });
  await settled();
  clock.advance(1000);
  await done;
  expect([tries, written]).toEqual([2, [["a"]]]);
  const unwritten = { write: async () => bad(trouble("full", "full")), otherwise: [attempt("other")] };
  await recorder.record({ attempts: [attempt("a")], notice: unwritten });
  expect(written.at(-1)).toEqual(["other"]);
});

test("As it ends it waits for nothing that cannot be written", async () => {
  const { recorder } = rig(() => trouble("full", "full"));
  const closed = recorder.close();
  await recorder.record({ attempts: [attempt("a")] });
  await closed;
});

/** Everything that promises alone can bring about has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
