// One suite for the spool on a disk and for its twin in memory: whatever keeps mail must answer all of this alike.
import { describe, expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { expectGood } from "../base/result.ts";
import { memorySpool } from "./memory-spool.ts";
import type { Attempt, AttemptOutcome } from "./message.ts";
import type { Claim, MailSpool, Order } from "./spool.ts";
import { claimed, makeRig, message, names, put, recipient, textOf, wish } from "./testing/rig.ts";

interface Ground extends AsyncDisposable {
  readonly spool: MailSpool;
  readonly clock: ManualClock;
}

const grounds: Readonly<Record<string, () => Promise<Ground>>> = {
  memory: async () => {
    const clock = new ManualClock(1_800_000_000_000);
    const spool = memorySpool({ clock, names: names() });
    return { spool, clock, [Symbol.asyncDispose]: () => spool.close() };
  },
  "a disk": async () => {
    const rig = makeRig();
    const spool = await rig.open();
    return { spool, clock: rig.clock, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
  },
};

const outcomes = (claim: Claim, outcome: AttemptOutcome, more: Partial<Attempt> = {}): readonly Attempt[] =>
  claim.recipients.map((it) => ({
    id: claim.id,
    recipient: it.index,
    atMs: 5,
    outcome,
    remote: "mx.example.org [192.0.2.1]:25",
    reply: outcome.is === "delivered" ? "250 2.0.0 Ok" : "451 4.3.0 Try later",
    ...more,
  }));

const order = (what: Order["what"], filter: Order["filter"] = {}): Order => ({
  filter,
  what,
  who: "operator anna",
  atMs: 9,
});

for (const [name, make] of Object.entries(grounds))
  describe(name, () => {
    test("a message is claimed with all it came with, and its body reads", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      const to = [
        recipient("anna@example.org", { notify: "SUCCESS,FAILURE", orcpt: "rfc822;a@b" }),
        "bert@example.org",
      ];
      const id = await put(spool, { to, facts: { rule: "ä", tls: true } }, "Süß\r\n");
      const claims = await claimed(spool, clock.wallMs());
      const { envelope, source, facts } = message({ facts: { rule: "ä", tls: true } });
      expect(claims).toMatchObject([
        { id, destination: "example.org", envelope, source, facts, sizeBytes: 7, leftMs: null },
      ]);
      expect(claims[0]?.recipients.map((it) => [it.address, it.notify, it.orcpt, it.status])).toEqual([
        ["anna@example.org", "SUCCESS,FAILURE", "rfc822;a@b", "claimed"],
        ["bert@example.org", null, null, "claimed"],
      ]);
      expect(await textOf(spool, id)).toBe("Süß\r\n");
    });

    test("what is claimed is not claimed twice, and what is not due yet waits for its time", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      await put(spool);
      const first = (await claimed(spool, clock.wallMs()))[0] as Claim;
      expect(await claimed(spool, clock.wallMs())).toEqual([]);
      const untilMs = clock.wallMs() + 900_000;
      expectGood(await spool.record(outcomes(first, { is: "deferred", untilMs }, { delayTold: true })));
      const waiting = expectGood(await spool.claim(wish(untilMs - 1)));
      expect(waiting).toEqual({ claims: [], nextMs: untilMs });
      const again = await claimed(spool, untilMs);
      expect(again[0]?.recipients).toMatchObject([{ attempts: 1, reply: "451 4.3.0 Try later", delayTold: true }]);
      expect(expectGood(await spool.claim(wish(untilMs))).nextMs).toBeNull();
    });

    test("the body goes with the last recipient, and the story stays", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      const id = await put(spool, { to: ["anna@example.org", "bert@example.net"] });
      const [one, two] = await claimed(spool, clock.wallMs());
      expect(expectGood(await spool.record(outcomes(one as Claim, { is: "delivered" }))).left).toEqual([]);
      expect(await textOf(spool, id)).toBe("Hello\r\n");
      expect(expectGood(await spool.record(outcomes(two as Claim, { is: "failed" }))).left).toEqual([id]);
      expect(await textOf(spool, id)).toBeNull();
      const story = expectGood(await spool.story(id));
      expect(story?.message.leftMs).toBe(5);
      expect(story?.recipients.map((it) => it.status).sort()).toEqual(["delivered", "failed"]);
      expect(story?.happenings.map((it) => it.what).sort()).toEqual(["delivered", "failed"]);
      expect(story?.happenings.map((it) => it.who)).toEqual(Array(2).fill("mx.example.org [192.0.2.1]:25"));
      expect(expectGood(await spool.find({}, { limit: 10 }))).toEqual([]);
      expect(expectGood(await spool.find({ status: "any" }, { limit: 10 }))).toHaveLength(2);
    });

    test("a failure and its notice are recorded together, or neither is", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      await put(spool);
      const claim = (await claimed(spool, clock.wallMs()))[0] as Claim;
      const notice = async () => {
        const incoming = spool.receive();
        expectGood(await incoming.write(Buffer.from("could not be delivered")));
        return { incoming, message: message({ sender: "", to: ["erp@plant.example"], source: { by: "notice" } }) };
      };
      expectGood(await spool.record(outcomes(claim, { is: "failed" }), [await notice()]));
      const twice = await spool.record(outcomes(claim, { is: "failed" }), [await notice()]);
      expect(twice.ok ? "recorded" : twice.error.is).toBe("stale");
      const found = expectGood(await spool.find({ sender: "<>" }, { limit: 10 }));
      expect(found.map((it) => [it.address, it.message.source.by])).toEqual([["erp@plant.example", "notice"]]);
    });

    test("sources take turns, urgent mail goes first, and every destination gets some", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      for (let n = 0; n < 6; n++) await put(spool, { sender: `news${n}@a.example`, source: { client: "192.0.2.1" } });
      await put(spool, { sender: "invoice@a.example", source: { client: "192.0.2.2" } });
      await put(spool, { sender: "alarm@a.example", source: { client: "192.0.2.1" }, priority: "urgent" });
      await put(spool, { sender: "other@a.example", to: ["carl@example.net"] });
      const claims = await claimed(spool, clock.wallMs(), { perDestinationMax: 3 });
      const senders = (destination: string) =>
        claims.filter((it) => it.destination === destination).map((it) => it.envelope.sender);
      expect(senders("example.org")).toEqual(["alarm@a.example", "news0@a.example", "invoice@a.example"]);
      expect(senders("example.net")).toEqual(["other@a.example"]);
      const rest = await claimed(spool, clock.wallMs(), { except: ["example.net"], messagesMax: 2 });
      expect(rest.map((it) => it.envelope.sender)).toEqual(["news1@a.example", "news2@a.example"]);
      expect(await claimed(spool, clock.wallMs(), { destinations: ["example.net"] })).toEqual([]);
    });

    test("a message with more recipients than a transaction takes is claimed in parts", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      await put(spool, { to: Array.from({ length: 250 }, (_, n) => `r${n}@example.org`) });
      const claims = await claimed(spool, clock.wallMs());
      expect(claims.map((it) => it.recipients.length)).toEqual([100, 100, 50]);
      expect(new Set(claims.flatMap((it) => it.recipients.map((one) => one.index))).size).toBe(250);
    });

    test("what a deliverer had claimed when it died is due again, and uncertain", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      const id = await put(spool, { to: ["anna@example.org", "bert@example.net", "carl@example.com"] });
      const other = (await claimed(spool, clock.wallMs(), { destinations: ["example.com"] }))[0] as Claim;
      expectGood(await spool.record(outcomes(other, { is: "delivered" })));
      await claimed(spool, clock.wallMs(), { destinations: ["example.org"] });
      const interrupted = expectGood(await spool.takeOver(clock.wallMs()));
      expect(interrupted).toEqual([{ id, recipient: 0, address: "anna@example.org", destination: "example.org" }]);
      expect(expectGood(await spool.takeOver(clock.wallMs()))).toEqual([]);
      const claims = await claimed(spool, clock.wallMs());
      expect(
        claims.flatMap((it) => it.recipients.map((one) => [one.address, one.uncertain, one.attempts])).sort(),
      ).toEqual([
        ["anna@example.org", true, 0],
        ["bert@example.net", false, 0],
      ]);
      expect(expectGood(await spool.story(id))?.happenings.map((it) => it.what)).toEqual(["delivered", "interrupted"]);
    });

    test("an answer that never came stays uncertain until there is one", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      const id = await put(spool);
      const at = clock.wallMs();
      const first = (await claimed(spool, at))[0] as Claim;
      expectGood(await spool.record(outcomes(first, { is: "deferred", untilMs: at }, { uncertain: true })));
      const second = (await claimed(spool, at))[0] as Claim;
      expect(second.recipients[0]?.uncertain).toBe(true);
      expectGood(await spool.record(outcomes(second, { is: "returned" })));
      const third = (await claimed(spool, at))[0] as Claim;
      expect(third.recipients).toMatchObject([{ uncertain: true, attempts: 1 }]);
      expectGood(await spool.record(outcomes(third, { is: "delivered" })));
      expect(expectGood(await spool.story(id))?.recipients[0]?.uncertain).toBe(false);
    });

    test("hold, release, retry and reroute do what they say, and tell who ordered them", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      const id = await put(spool);
      const at = clock.wallMs();
      expect(expectGood(await spool.order(order({ is: "hold" })))).toEqual({ messages: 1, recipients: 1, busy: 0 });
      expect(expectGood(await spool.order(order({ is: "hold" })))).toEqual({ messages: 0, recipients: 0, busy: 0 });
      expect(await claimed(spool, at)).toEqual([]);
      expect(expectGood(await spool.order(order({ is: "retry" }))).recipients).toBe(0);
      expectGood(await spool.order(order({ is: "release" })));
      const first = (await claimed(spool, at))[0] as Claim;
      expectGood(await spool.record(outcomes(first, { is: "deferred", untilMs: at + 1000 })));
      expectGood(await spool.order({ ...order({ is: "retry" }), atMs: at }));
      expectGood(await spool.order(order({ is: "reroute", destination: "smart" })));
      expect((await claimed(spool, at)).map((it) => it.destination)).toEqual(["smart"]);
      const story = expectGood(await spool.story(id));
      expect(story?.happenings.map((it) => it.what).sort()).toEqual([
        "deferred",
        "hold",
        "release",
        "reroute",
        "retry",
      ]);
      expect(story?.happenings.find((it) => it.what === "reroute")).toMatchObject({
        who: "operator anna",
        text: "smart",
      });
    });

    for (const outcome of [{ is: "deferred", untilMs: 7 }, { is: "returned" }] as const)
      test(`what is ordered of a recipient that is being tried is done when it is ${outcome.is}`, async () => {
        await using ground = await make();
        const { spool, clock } = ground;
        const kept = await put(spool, { sender: "keep@x.example" });
        const gone = await put(spool, { sender: "drop@x.example" });
        const claims = await claimed(spool, clock.wallMs());
        expect(expectGood(await spool.order(order({ is: "delete" }, { sender: "drop@*" })))).toEqual({
          messages: 1,
          recipients: 1,
          busy: 1,
        });
        expectGood(await spool.order(order({ is: "hold" }, { sender: "keep@x.example" })));
        const { left } = expectGood(await spool.record(claims.flatMap((it) => outcomes(it, outcome))));
        expect(left).toEqual([gone]);
        const rest = expectGood(await spool.find({ status: "any" }, { limit: 9 }));
        expect(rest.map((it) => [it.message.id, it.status])).toEqual([
          [kept, "held"],
          [gone, "deleted"],
        ]);
        expect(await textOf(spool, gone)).toBeNull();
      });

    test("what is delivered although it was to be deleted is told as delivered", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      const id = await put(spool);
      const claim = (await claimed(spool, clock.wallMs()))[0] as Claim;
      expectGood(await spool.order(order({ is: "delete" })));
      expectGood(await spool.record(outcomes(claim, { is: "delivered" })));
      expect(expectGood(await spool.story(id))?.recipients.map((it) => it.status)).toEqual(["delivered"]);
    });

    test("orders go through more than one step, and the count before says what they will do", async () => {
      await using ground = await make();
      const { spool } = ground;
      await Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          put(spool, {
            sender: `s${n % 2}@x.example`,
            to: Array.from({ length: 50 }, (_, i) => `r${i}@d${i % 3}.example`),
          }),
        ),
      );
      const filter = { sender: "S1@x.example" };
      const count = { messages: 30, recipients: 1500, busy: 0 };
      expect(expectGood(await spool.count(filter))).toEqual(count);
      expect(expectGood(await spool.order(order({ is: "delete" }, filter)))).toEqual(count);
      expect(expectGood(await spool.count({}))).toEqual({ messages: 30, recipients: 1500, busy: 0 });
      const rows = expectGood(await spool.summary()).map((it) => [it.destination, it.status, it.recipients]);
      expect(rows).toEqual([
        ["d0.example", "queued", 510],
        ["d1.example", "queued", 510],
        ["d2.example", "queued", 480],
      ]);
    });

    test("the length of the queue is told with the oldest that is still in it", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      expect(expectGood(await spool.backlog())).toEqual({ recipients: 0, oldestMs: null });
      await put(spool);
      clock.advance(5);
      await put(spool, { to: ["anna@example.org", "bert@example.net"] });
      const [oldest] = await claimed(spool, clock.wallMs(), { messagesMax: 1 });
      expect(expectGood(await spool.backlog())).toEqual({ recipients: 3, oldestMs: clock.wallMs() - 5 });
      await spool.record(outcomes(oldest as Claim, { is: "delivered" }));
      expect(expectGood(await spool.backlog())).toEqual({ recipients: 2, oldestMs: clock.wallMs() });
    });

    test("recipients are found by all that people know of them", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      const id = await put(spool, {
        sender: "Erp@Plant.Example",
        to: ["Anna.Huber@Example.ORG"],
        source: { trace: "zq8trace", site: "smtp/sites/a" },
        facts: { subject: 'The "Grüße" of\\May', messageId: "<7f@plant.example>" },
      });
      await put(spool, { sender: "other%@x.example", to: ["bert@example.net"] });
      const claim = (await claimed(spool, clock.wallMs(), { destinations: ["Example.ORG"] }))[0] as Claim;
      expectGood(
        await spool.record(outcomes(claim, { is: "deferred", untilMs: 7 }, { reply: "452 4.2.2 Mailbox FULL" })),
      );
      const finds = async (filter: Order["filter"]) =>
        expectGood(await spool.find(filter, { limit: 9 })).map((it) => it.message.id === id);
      for (const filter of [
        { id },
        { id: id.slice(0, -1).toUpperCase(), recipient: "*huber*" },
        { sender: "erp@plant.example" },
        { sender: "erp@*" },
        { recipient: "anna.huber@example.org" },
        { recipient: "*@example.org" },
        { domain: "EXAMPLE.org" },
        { destination: "Example.ORG" },
        { error: "mailbox full" },
        { site: "smtp/sites/a" },
        { facts: "<7f@plant.example>" },
        { facts: 'the "Grüße" OF\\may' },
        { receivedSinceMs: 0, domain: "example.org" },
        { status: ["queued"], error: "4.2.2" },
        ...["zq8trace", "zq8", id, "anna.huber@example.org", "<erp@plant.example>", "example.org", "huber", "full"].map(
          (anything) => ({ anything }),
        ),
      ] as const)
        expect([filter, await finds(filter)]).toEqual([filter, [true]]);
      for (const filter of [
        { receivedBeforeMs: 1 },
        { anything: "%", id },
        { status: ["held"] },
        { facts: "%" },
        { sender: "%" },
        { anything: "'" },
      ] as const)
        expect([filter, await finds(filter)]).toEqual([filter, []]);
    });

    test("pages go on where the last one ended", async () => {
      await using ground = await make();
      const { spool } = ground;
      for (let n = 0; n < 3; n++) await put(spool, { to: ["a@x.example", "b@x.example", "c@x.example"] });
      const seen: string[] = [];
      for (let after: { id: string; recipient: number } | undefined; ; ) {
        const page = expectGood(await spool.find({}, after === undefined ? { limit: 2 } : { limit: 2, after }));
        const last = page.at(-1);
        if (last === undefined) break;
        seen.push(...page.map((it) => `${it.message.id} ${it.index}`));
        after = { id: last.message.id, recipient: last.index };
      }
      expect(seen).toHaveLength(9);
      expect(new Set(seen).size).toBe(9);
    });

    test("what left long ago is forgotten, a step at a time, and what is queued never", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      for (let n = 0; n < 250; n++) await put(spool);
      const old = await put(spool, { to: ["zoe@example.net"] });
      for (const it of await claimed(spool, clock.wallMs(), {
        destinations: ["example.org"],
        messagesMax: 1000,
        perDestinationMax: 1000,
      }))
        expectGood(await spool.record(outcomes(it, { is: "delivered" })));
      const left = async () => expectGood(await spool.count({ status: "any" })).messages;
      expect([expectGood(await spool.purge(5)), await left()]).toEqual([false, 251]);
      expect([expectGood(await spool.purge(6)), await left()]).toEqual([true, 51]);
      expect([expectGood(await spool.purge(6)), await left()]).toEqual([false, 1]);
      expect(expectGood(await spool.find({ status: "any" }, { limit: 9 })).map((it) => it.message.id)).toEqual([old]);
      expect(expectGood(await spool.shrink())).toBe(false); // so little is kept for the next messages
    });

    test("a message to very many is forgotten in several steps", async () => {
      await using ground = await make();
      const { spool } = ground;
      const id = await put(spool, { to: Array.from({ length: 2500 }, (_, n) => `r${n}@x.example`) });
      expectGood(await spool.order({ ...order({ is: "delete" }), atMs: 5 }));
      const steps: unknown[] = [];
      for (let more = true; more; ) {
        more = expectGood(await spool.purge(6));
        steps.push([more, expectGood(await spool.count({ status: "any" })).recipients]);
      }
      expect(steps).toEqual([
        [true, 1500],
        [true, 500],
        [false, 0],
      ]);
      expect(expectGood(await spool.story(id))).toBeNull();
    });

    test("the history of a recipient that is tried for ever keeps its last part", async () => {
      await using ground = await make();
      const { spool, clock } = ground;
      const id = await put(spool);
      for (let n = 1; n <= 40; n++) {
        const claim = (await claimed(spool, clock.wallMs()))[0] as Claim;
        expectGood(
          await spool.record(outcomes(claim, { is: "deferred", untilMs: 0 }, { atMs: n, reply: "x".repeat(5000) })),
        );
      }
      const story = expectGood(await spool.story(id));
      expect(story?.happenings.map((it) => it.atMs)).toEqual(Array.from({ length: 32 }, (_, n) => n + 9));
      expect(story?.recipients[0]?.reply).toHaveLength(2000);
    });

    test("a message without recipients is refused, and one that is over takes nothing more", async () => {
      await using ground = await make();
      const { spool } = ground;
      const incoming = spool.receive();
      const done = await incoming.commit(message({ to: [] }));
      expect(done.ok).toBe(false);
      expect((await incoming.write(Buffer.from("x"))).ok).toBe(false);
      expect((await incoming.commit(message())).ok).toBe(false);
      expect(expectGood(await spool.find({ status: "any" }, { limit: 9 }))).toEqual([]);
    });

    test("one that is refused does not take those with it that were committed at the same time", async () => {
      await using ground = await make();
      const { spool } = ground;
      const done = await Promise.all([
        put(spool),
        spool.receive().commit(message({ to: [] })),
        put(spool),
        spool.record([{ id: "nobody", recipient: 0, atMs: 1, outcome: { is: "failed" }, remote: "", reply: "" }]),
      ]);
      expect([done[1].ok, done[3].ok]).toEqual([false, false]);
      expect(expectGood(await spool.count({})).messages).toBe(2);
    });

    test("a body of megabytes in odd pieces comes back as it was", async () => {
      await using ground = await make();
      const { spool } = ground;
      const text = Array.from({ length: 90_000 }, (_, n) => `line ${n} of a scan\r\n`).join("");
      const incoming = spool.receive();
      for (let at = 0, size = 1; at < text.length; at += size, size = (size * 7) % 65_521)
        expectGood(await incoming.write(Buffer.from(text.slice(at, at + size))));
      expect(incoming.sizeBytes).toBe(text.length);
      const id = expectGood(await incoming.commit(message()));
      expect(await textOf(spool, id)).toBe(text);
    });

    test("whoever waits for a change hears of it", async () => {
      await using ground = await make();
      const { spool } = ground;
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = spool.onChange(resolve);
      await put(spool);
      await promise;
      stop();
      expect(expectGood(await spool.count({})).messages).toBe(1);
    });
  });
