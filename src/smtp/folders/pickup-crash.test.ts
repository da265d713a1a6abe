// A process may end at any step: whatever it had done by then, each file is sent once or kept once, by it or by the next.
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seeded } from "../../base/clock.ts";
import { expectGood } from "../../base/result.ts";
import type { Incoming, MailSpool } from "../../spool/spool.ts";
import { makeRig, textOf } from "../../spool/testing/rig.ts";
import { PickupRound } from "./pickup-round.ts";
import type { PickupSite } from "./pickup-site.ts";
import { PickupTeller } from "./pickup-teller.ts";
import { PickupWork } from "./pickup-work.ts";
import { folderRig, LETTER } from "./testing/folder-rig.ts";

const CHILD = join(import.meta.dir, "testing", "pickup-child.ts");
const KILLED_LIVES = 3;

/** Lets `count` steps pass; from then on nothing goes on, as in a process that is dead. */
class Death {
  private left: number;
  readonly came: Promise<"died">;
  private readonly die: () => void;

  constructor(count: number) {
    const { promise, resolve } = Promise.withResolvers<"died">();
    this.left = count;
    this.came = promise;
    this.die = () => resolve("died");
  }

  async step(): Promise<void> {
    if (this.left-- > 0) return;
    this.die();
    await new Promise(() => {});
  }

  /** The same thing, with a step before and behind each of these methods. */
  around<T extends object>(it: T, ...names: readonly (keyof T)[]): T {
    return new Proxy(it, {
      get: (target, name) => {
        const own: unknown = Reflect.get(target, name);
        if (typeof own !== "function") return own;
        if (!names.includes(name as keyof T)) return own.bind(target);
        return async (...given: readonly unknown[]) => {
          await this.step();
          const answer: unknown = await own.apply(target, given);
          await this.step();
          return answer;
        };
      },
    });
  }
}

test("a death at each step in turn loses nothing and doubles nothing", async () => {
  let steps = 0;
  for (let isOver = false; !isOver; steps++) {
    await using rig = folderRig();
    for (const name of ["a", "b"]) rig.put(name, LETTER.replace("Hello", name));
    rig.put("c", "no mail");
    const death = new Death(steps);
    const work = expectGood(await PickupWork.open(rig.pickup));
    const spool = new Proxy(death.around(rig.spool, "story"), {
      get: (target, name) =>
        name === "receive" ? (): Incoming => death.around(rig.spool.receive(), "commit") : Reflect.get(target, name),
    }) as MailSpool;
    const site: PickupSite = { ...rig.site, badmail: death.around(rig.keeper, "keep") };
    const dying = death.around(work, "claim", "claimAgain", "claimed", "sync", "remove");
    const teller = new PickupTeller(rig.world.report, "s", rig.pickup);
    const round = new PickupRound(site, { ...rig.world, spool }, dying, teller);
    const end = await Promise.race([death.came, round.run(new AbortController().signal)]);
    isOver = end !== "died";
    work.close();
    for (let next = 0; next < 3; next++) await rig.round();
    const mail = await rig.mail();
    expect([steps, mail.map((it) => it.message.facts.file).sort()]).toEqual([steps, ["a", "b"]]);
    expect(mail.map((it) => it.text?.split("\r\n").at(-2)).sort()).toEqual(["a", "b"]);
    const kept = readdirSync(rig.badmail).filter((it) => it.endsWith(".BAD"));
    expect([steps, kept.length, rig.left(), rig.working()]).toEqual([steps, 1, [], []]);
  }
  expect(steps).toBeGreaterThan(20);
});

test("processes that are killed at any moment send each file once, on a real spool", async () => {
  const random = seeded(7);
  const root = mkdtempSync(join(tmpdir(), "pickup-"));
  const pickup = join(root, "Pickup");
  mkdirSync(join(pickup, ".work"), { recursive: true, mode: 0o700 });
  const working = () => readdirSync(join(pickup, ".work")).filter((it) => it.includes(".file-")).length;
  const files = Array.from({ length: 400 }, (_, n) => `file-${n}`);
  for (const name of files) writeFileSync(join(pickup, name), LETTER.replace("Hello", name));
  for (let life = 0; life <= KILLED_LIVES; life++) {
    const child = Bun.spawn([process.execPath, CHILD, root, String(life)], { stdout: "pipe" });
    const said = child.stdout.getReader();
    expect(Buffer.from((await said.read()).value ?? []).toString()).toStartWith("begun");
    if (life < KILLED_LIVES) {
      // Every other life ends among its removals, where whatever lies there is sent already.
      const wanted = life % 2 === 0 ? Number.POSITIVE_INFINITY : Math.floor(random() * 64);
      let most = 0;
      for (let now = working(); now >= most && now <= wanted; now = working()) {
        most = now;
        await new Promise(setImmediate);
      }
      child.kill("SIGKILL");
      await child.exited;
      expect([life, child.signalCode]).toEqual([life, "SIGKILL"]); // and not at its end
    } else expect(await child.exited).toBe(0);
  }
  const rig = makeRig(join(root, "spool"));
  const spool = await rig.open();
  const found = expectGood(await spool.find({}, { limit: 10_000 }));
  const texts = await Promise.all(found.map(async (it) => (await textOf(spool, it.message.id))?.split("\r\n").at(-2)));
  expect(texts.sort()).toEqual(files.toSorted());
  expect(readdirSync(pickup)).toEqual([".work"]);
  await rig[Symbol.asyncDispose]();
  rmSync(root, { recursive: true, force: true });
}, 30_000);
