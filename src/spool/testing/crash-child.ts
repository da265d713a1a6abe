// A process that lives to die: it receives, delivers and orders at random, says what it was told is done, and ends itself
// by kill -9 at a step, or is ended from outside.
import { ManualClock, seeded } from "../../base/clock.ts";
import { expectGood } from "../../base/result.ts";
import { DirectDesk } from "../desk.ts";
import { openBooks } from "../found/open-books.ts";
import { Memory } from "../held-bytes.ts";
import { OpenMailSpool } from "../mail-spool.ts";
import type { Attempt, AttemptOutcome } from "../message.ts";
import { openSpool } from "../open-spool.ts";
import type { MailSpool } from "../spool.ts";
import { message, names, optionsFor, wish } from "./rig.ts";

/** The body that a message of this name and size has. */
export const bodyText = (id: string, bytes: number): string => `${id} `.repeat(Math.ceil(bytes / 10)).slice(0, bytes);

if (import.meta.main) {
  const [folder = "", seed = "0", atStep = "0"] = process.argv.slice(2);
  const clock = new ManualClock(1_800_000_000_000 + Number(seed) * 1000);
  const random = seeded(Number(seed));
  const prefix = `s${seed.padStart(6, "0")}x`;
  const spool = Number(atStep) > 0 ? dying(folder, Number(atStep)) : await living(folder);
  const say = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  expectGood(await spool.takeOver(clock.wallMs()));
  say("open");
  for (;;) await Promise.all(Array.from({ length: 1 + Math.floor(random() * 5) }, () => act()));

  async function act(): Promise<void> {
    const chance = random();
    if (chance < 0.55) return say(`accepted ${await accept(1 + Math.floor(random() * 3), null)}`);
    if (chance < 0.95) return deliver();
    const order = { filter: { sender: "none@x.example" }, what: { is: "hold" }, who: "test", atMs: 1 } as const;
    expectGood(await spool.order(order));
  }

  async function written(notice: string | null, recipients: number) {
    const incoming = spool.receive();
    const bytes = Math.floor(random() < 0.3 ? 30_000 + random() * 90_000 : random() * 3000);
    expectGood(await incoming.write(Buffer.from(bodyText(incoming.id, bytes))));
    const to = Array.from({ length: recipients }, (_, n) => `r${n}@d${n % 2}.example`);
    return {
      incoming,
      message: message({ to, sender: notice === null ? "a@x.example" : "", facts: { bytes, recipients, notice } }),
    };
  }

  async function accept(recipients: number, notice: string | null): Promise<string> {
    const made = await written(notice, recipients);
    return expectGood(await made.incoming.commit(made.message));
  }

  async function deliver(): Promise<void> {
    const { claims } = expectGood(await spool.claim(wish(clock.wallMs(), { messagesMax: 3 })));
    for (const claim of claims)
      for (const { index } of claim.recipients) {
        const outcome = outcomeOf();
        const key = `${claim.id} ${index}`;
        const attempt: Attempt = { id: claim.id, recipient: index, atMs: 5, outcome, remote: "mx", reply: "words" };
        const notices = outcome.is === "failed" && claim.envelope.sender !== "" ? [await written(key, 1)] : [];
        expectGood(await spool.record([attempt], notices));
        say(`${outcome.is} ${key}`);
      }
  }

  function outcomeOf(): AttemptOutcome {
    const chance = random();
    if (chance < 0.4) return { is: "delivered" };
    return chance < 0.7 ? { is: "failed" } : { is: "deferred", untilMs: clock.wallMs() + 500 };
  }

  async function living(at: string): Promise<MailSpool> {
    return expectGood(
      await openSpool(
        at,
        optionsFor(clock, () => {}, prefix),
      ),
    );
  }

  /** Without a thread, so that the step is the same in every run. */
  function dying(at: string, step: number): MailSpool {
    let left = step;
    const opened = openBooks({ folder: at, wallMs: clock.wallMs(), reserveBytes: 4096 }, () => {
      if (--left === 0) process.kill(process.pid, "SIGKILL");
    });
    const { teller, close } = expectGood(opened.how);
    const desk = new DirectDesk(teller, close);
    const room = () => ({ accepting: true }) as const;
    const memory = new Memory(200_000); // some of the large ones become files while they come in
    return new OpenMailSpool({ desk, folder: at, clock, names: names(prefix), room, bodyLost: () => {}, memory });
  }
}
