// The deliverer over a spool in memory against servers that behave and servers that do not.
import { expect, test } from "bun:test";
import { systemClock } from "../../base/clock.ts";
import { bad, good } from "../../base/result.ts";
import { selfSigned } from "../../net/testing/certificates.ts";
import { withCertificate } from "../../net/testing/with-certificate.ts";
import { memorySpool } from "../../spool/memory-spool.ts";
import { names, recipient, textOf } from "../../spool/testing/rig.ts";
import { trouble } from "../../spool/trouble.ts";
import { deliverRig, policyOf, storyOf, until } from "./testing/deliver-rig.ts";
import { fakeResolver } from "./testing/fake-resolver.ts";
import { openSink } from "./testing/sink.ts";

const toSmartHost = (...addresses: readonly string[]) =>
  addresses.map((it) => recipient(it, { destination: "smarthost:default" }));

const smart = (port: number, more: Parameters<typeof policyOf>[0] = {}) => ({
  policy: policyOf({ smartHost: `[127.0.0.1]:${port}`, ...more }),
});

test("A message goes to the smart host once for all its recipients, and the story has the words of it", async () => {
  await using sink = await openSink();
  await using rig = await deliverRig(smart(sink.port));
  const to = toSmartHost("anna@example.org", "ben@example.net");
  const id = await rig.put({ to }, "Subject: hi\r\n\r\n.dot\r\n..two\r\nend");
  const [got] = await sink.received(1);
  expect(got).toMatchObject({ from: "erp@plant.example", to: ["anna@example.org", "ben@example.net"] });
  expect(got?.text).toBe("Subject: hi\r\n\r\n.dot\r\n..two\r\nend\r\n");
  const story = await rig.tried(id);
  expect(story.recipients.map((it) => it.status)).toEqual(["delivered", "delivered"]);
  expect(story.happenings[0]).toMatchObject({
    what: "delivered",
    who: `[127.0.0.1]:${sink.port}`,
    text: "250 2.0.0 Taken",
  });
  expect(story.message.leftMs).not.toBeNull();
});

test("Many messages share connections up to the number that one may carry", async () => {
  await using sink = await openSink();
  await using rig = await deliverRig(smart(sink.port, { outMessagesPerConnection: 10, outConnectionsPerDomain: 2 }));
  const all = Array.from({ length: 100 }, (_, n) => rig.put({ to: toSmartHost(`user${n}@example.org`) }));
  await Promise.all(all);
  const got = await sink.received(100);
  expect(new Set(got.map((it) => it.to[0])).size).toBe(100);
  const perConnection = new Map<number, number>();
  for (const { connection } of got) perConnection.set(connection, (perConnection.get(connection) ?? 0) + 1);
  expect(Math.max(...perConnection.values())).toBeLessThanOrEqual(10);
  expect(sink.connections()).toBeLessThanOrEqual(14);
});

test("Mail goes to the exchangers of the domain in their order, and to the next one when one is away", async () => {
  await using sink = await openSink();
  const resolver = fakeResolver({
    mx: { "example.org": ["20 second.test", "10 first.test"] },
    addresses: { "first.test": ["127.0.0.9"], "second.test": ["127.0.0.1"] },
  });
  await using rig = await deliverRig({ policy: policyOf({ remotePort: sink.port }), resolver });
  const id = await rig.put({ to: ["anna@example.org"] });
  await sink.received(1);
  const story = await rig.tried(id);
  expect(story.happenings[0]?.who).toBe(`second.test [127.0.0.1]:${sink.port}`);
});

test("A domain that does not exist, or takes no mail, sends the message back at once, in words for people", async () => {
  const resolver = fakeResolver({ mx: { "null.example": ["0 ."] }, addresses: { "plant.example": ["127.0.0.9"] } });
  await using rig = await deliverRig({ resolver });
  const id = await rig.put({ to: ["a@null.example", "b@nowhere.example"] }, "Subject: Invoice\r\n\r\nPlease pay\r\n");
  const story = await rig.tried(id);
  expect(story.recipients.map((it) => it.status)).toEqual(["failed", "failed"]);
  expect(story.recipients[0]?.reply).toContain("takes no mail");
  expect(story.recipients[1]?.reply).toContain("DNS knows neither");
  const notices = await until(rig.spool, async () => {
    const found = await rig.spool.find({ sender: "<>" }, { limit: 10 });
    return found.ok && found.value.length === 2 ? found.value : undefined;
  });
  expect(notices.map((it) => it.address)).toEqual(["erp@plant.example", "erp@plant.example"]);
  const text = (await textOf(rig.spool, notices[0]?.message.id ?? "")) ?? "";
  expect(text).toContain("Subject: Not delivered: Invoice");
  expect(text).toContain("report-type=delivery-status");
  expect(text).toContain("Please pay");
});

test("Whoever is named for it gets a copy of a notice of failure, once, and it waits where mail for them does", async () => {
  const resolver = fakeResolver({ mx: { "ops.test": "later", "erp.test": "later" } });
  const policy = policyOf({ noticeCopyTo: "ops@Plant.example" });
  await using rig = await deliverRig({ policy, resolver, noticePlace: ({ local }) => `${local}.test` });
  for (const sender of ["erp@plant.example", "ops@plant.example"])
    await rig.tried(await rig.put({ to: ["b@nowhere.example"], sender }));
  const notices = await until(rig.spool, async () => {
    const found = await rig.spool.find({ sender: "<>" }, { limit: 10 });
    return found.ok && found.value.length === 3 ? found.value : undefined;
  });
  expect(notices.map((it) => `${it.address} in ${it.destination}`).sort()).toEqual([
    "erp@plant.example in erp.test",
    "ops@Plant.example in ops.test",
    "ops@plant.example in ops.test",
  ]);
});

test("Trouble with DNS is always for now", async () => {
  const resolver = fakeResolver({ mx: { "example.org": "later" } });
  await using rig = await deliverRig({ resolver });
  const story = await rig.tried(await rig.put());
  expect(story.recipients[0]).toMatchObject({ status: "queued", attempts: 1 });
  expect(story.recipients[0]?.reply).toContain("cannot be looked up");
});

test("A smart host whose name cannot be looked up is told as trouble with DNS, and one that is away as its own", async () => {
  for (const [smartHost, number] of [
    ["relay.test", 6060],
    ["[127.0.0.1]:1", 6050],
  ] as const) {
    const resolver = fakeResolver({ addresses: { "relay.test": "later" } });
    await using rig = await deliverRig({ policy: policyOf({ smartHost, glitchRetries: 0 }), resolver });
    await rig.tried(await rig.put());
    expect(rig.events.map((it) => it.number)).toEqual([number]);
  }
});

test("Mail is never sent to ourselves", async () => {
  await using sink = await openSink();
  const resolver = fakeResolver({
    mx: { "example.org": ["10 mx.test"], "other.example": ["10 mail.test"] },
    addresses: { "mx.test": ["127.0.0.1"], "mail.test": ["127.0.0.1"] },
  });
  const bindings = [{ address: "*", port: sink.port }];
  await using rig = await deliverRig({ policy: policyOf({ remotePort: sink.port }), resolver, bindings });
  const id = await rig.put({ to: ["a@example.org", "b@other.example"], sender: "" });
  const story = await rig.tried(id);
  expect(story.recipients.map((it) => it.status)).toEqual(["failed", "failed"]);
  expect(story.recipients[0]?.reply).toContain("leads back to this server");
  expect(sink.connections()).toBe(0);
  expect(rig.badmail).toHaveLength(2);
});

test("What a server refuses for ever comes back, and what it refuses for now waits", async () => {
  await using sink = await openSink({
    behave: (line) =>
      line.startsWith("RCPT TO:<never")
        ? "550 5.1.1 No such user"
        : line.startsWith("RCPT TO:<later")
          ? "450 4.2.0 Greylisted"
          : undefined,
  });
  await using rig = await deliverRig(smart(sink.port));
  const id = await rig.put({ to: toSmartHost("never@x.example", "later@x.example", "good@x.example"), sender: "" });
  const story = await rig.tried(id);
  expect(story.recipients.map((it) => it.status)).toEqual(["failed", "queued", "delivered"]);
  const [, later] = story.recipients;
  expect(later?.reply).toBe("450 4.2.0 Greylisted");
  expect((later?.dueMs ?? 0) - Date.now()).toBeGreaterThan(50_000);
  expect(rig.badmail[0]).toMatchObject({ kind: "nobody-to-tell", recipients: ["never@x.example"] });
});

for (const at of ["", "EHLO", "MAIL", "RCPT", "DATA", "."])
  for (const how of ["close", "hang", "garbage"] as const)
    test(`A server that ${how === "garbage" ? "talks nonsense" : `${how}s`} at ${at || "the greeting"} costs nothing but time`, async () => {
      await using sink = await openSink({
        behave: (line) => {
          const isIt = at === "" || at === "." ? line === at : line.startsWith(at);
          return isIt ? (how === "garbage" ? "HTTP/1.1 400 Bad Request" : how) : undefined;
        },
      });
      const { policy } = smart(sink.port);
      await using rig = await deliverRig({ policy: { ...policy, remoteTimeoutMs: how === "hang" ? 300 : null } });
      const story = await rig.tried(await rig.put({ to: toSmartHost("anna@example.org") }));
      const [only] = story.recipients;
      expect(only).toMatchObject({ status: "queued", attempts: 1, uncertain: at === "." });
      expect(rig.events.some((it) => it.number === 6054)).toBe(at === ".");
    });

test("A server that says yes before it has the message is not believed", async () => {
  await using sink = await openSink({
    behave: (line) => (line.startsWith("DATA") ? "354 Go on\r\n250 Taken" : undefined),
  });
  await using rig = await deliverRig(smart(sink.port));
  const story = await rig.tried(await rig.put({ to: toSmartHost("anna@example.org") }));
  expect(story.recipients[0]).toMatchObject({ status: "queued", uncertain: false });
  expect(story.recipients[0]?.reply).toContain("before it had the whole message");
});

test("A connection that was dropped between two messages is nobody's trouble", async () => {
  await using sink = await openSink({
    behave: (line, nth) => (line.startsWith("MAIL") && nth > 5 ? "close" : undefined),
  });
  await using rig = await deliverRig(smart(sink.port, { outConnectionsPerDomain: 1 }));
  const first = await rig.put({ to: toSmartHost("one@example.org") });
  await rig.tried(first);
  const second = await rig.put({ to: toSmartHost("two@example.org") });
  const story = await rig.tried(second);
  expect(story.recipients[0]).toMatchObject({ status: "delivered", attempts: 1 });
  expect(sink.connections()).toBe(2);
});

withCertificate(
  "TLS is taken where it is offered, and the certificate asked for where the settings want it",
  async () => {
    const certificate = selfSigned("127.0.0.1");
    await using sink = await openSink({ certificate });
    await using rig = await deliverRig(smart(sink.port));
    await rig.tried(await rig.put({ to: toSmartHost("anna@example.org") }));
    expect(sink.messages[0]?.secure).toBe(true);
    await using strict = await deliverRig(smart(sink.port, { smartHostTls: "verified" }));
    const story = await strict.tried(await strict.put({ to: toSmartHost("anna@example.org") }));
    expect(story.recipients[0]).toMatchObject({ status: "queued" });
    expect(story.recipients[0]?.reply).toContain("signed by itself");
    expect(strict.events.map((it) => it.number)).toContain(6053);
  },
);

withCertificate("A verified way sends to a host whose certificate is in its name from a known authority", async () => {
  const certificate = selfSigned("relay.test");
  await using sink = await openSink({ certificate });
  const policy = policyOf({ smartHost: `relay.test:${sink.port}`, smartHostTls: "verified" });
  const resolver = fakeResolver({ addresses: { "relay.test": ["127.0.0.1"] } });
  await using rig = await deliverRig({ policy, resolver, authorities: certificate.chain });
  const story = await rig.tried(await rig.put({ to: toSmartHost("anna@example.org") }));
  expect(story.recipients[0]?.status).toBe("delivered");
  const other = policyOf({ smartHost: `other.test:${sink.port}`, smartHostTls: "verified" });
  const table = fakeResolver({ addresses: { "other.test": ["127.0.0.1"] } });
  await using wrong = await deliverRig({ policy: other, resolver: table, authorities: certificate.chain });
  const refused = await wrong.tried(await wrong.put({ to: toSmartHost("anna@example.org") }));
  expect(refused.recipients[0]?.reply).toContain("its certificate is not for other.test");
});

test("Where TLS is required, nothing is sent in clear", async () => {
  await using sink = await openSink();
  await using rig = await deliverRig(smart(sink.port, { smartHostTls: "required" }));
  const story = await rig.tried(await rig.put({ to: toSmartHost("anna@example.org") }));
  expect(story.recipients[0]?.reply).toContain("does not offer STARTTLS");
  expect(sink.lines.some((it) => it.startsWith("MAIL"))).toBe(false);
});

withCertificate("A broken handshake is gone around without TLS where it is not required", async () => {
  await using sink = await openSink({ certificate: selfSigned("a.test"), breaksHandshake: true });
  await using rig = await deliverRig(smart(sink.port, { remoteTimeout: "2s" }));
  const story = await rig.tried(await rig.put({ to: toSmartHost("anna@example.org") }));
  expect(story.recipients[0]?.status).toBe("delivered");
  expect(sink.messages[0]?.secure).toBe(false);
});

test("A refused login is told, and the mail waits", async () => {
  await using sink = await openSink({
    extensions: ["AUTH PLAIN"],
    behave: (line) => (line.startsWith("AUTH") ? "535 5.7.8 Wrong" : undefined),
  });
  const policy = policyOf(
    { smartHost: `[127.0.0.1]:${sink.port}`, smartHostUser: "ada", smartHostTls: "off" },
    {},
    { smartHostPassword: "geheim" },
  );
  await using rig = await deliverRig({ policy });
  const story = await rig.tried(await rig.put({ to: toSmartHost("anna@example.org") }));
  expect(story.recipients[0]).toMatchObject({ status: "queued", reply: "535 5.7.8 Wrong" });
  expect(rig.events.map((it) => it.number)).toEqual([6052]);
  expect(JSON.stringify([rig.events, story])).not.toContain("geheim");
});

test("While a destination rests its other mail is put off with it, and an order to retry ends the rest", async () => {
  let isUp = false;
  await using sink = await openSink({ behave: (line) => (line === "" && !isUp ? "421 4.3.2 Not now" : undefined) });
  await using rig = await deliverRig(smart(sink.port));
  const one = await rig.put({ to: toSmartHost("one@example.org") });
  await rig.tried(one);
  const two = await rig.put({ to: toSmartHost("two@example.org") });
  const putOff = await rig.tried(two);
  expect(putOff.happenings[0]).toMatchObject({ what: "deferred", who: "", text: "421 4.3.2 Not now" });
  expect(sink.connections()).toBe(1);
  isUp = true;
  await rig.spool.order({ filter: {}, what: { is: "retry" }, who: "ada", atMs: Date.now() });
  await sink.received(2);
  expect((await rig.tried(one)).recipients[0]?.status).toBe("delivered");
});

test("A server that takes fewer connections gets fewer, and all its mail", async () => {
  let open = 0;
  await using sink = await openSink({
    behave: (line) => {
      if (line === "" && ++open > 2) {
        open--;
        return "421 4.7.0 Too many connections";
      }
      if (line === "QUIT") open--;
      return undefined;
    },
  });
  await using rig = await deliverRig(smart(sink.port));
  await Promise.all(Array.from({ length: 60 }, (_, n) => rig.put({ to: toSmartHost(`u${n}@example.org`) })));
  expect(await sink.received(60)).toHaveLength(60);
});

test("Direct first: the smart host gets what the domain does not take", async () => {
  await using sink = await openSink();
  const policy = policyOf({ smartHost: `[127.0.0.1]:${sink.port}`, directFirst: true, remotePort: 1 });
  const resolver = fakeResolver({ mx: { "example.org": ["10 mx.test"] }, addresses: { "mx.test": ["127.0.0.1"] } });
  await using rig = await deliverRig({ policy, resolver });
  const story = await rig.tried(await rig.put());
  expect(story.recipients[0]?.status).toBe("delivered");
});

test("A route has its own sender, pace and hosts, but a notice keeps its null sender", async () => {
  await using sink = await openSink();
  const routes = {
    acme: {
      hosts: `[127.0.0.1]:${sink.port}`,
      domains: ["acme.example"],
      sender: "@plant.example",
      pace: "100 per 1s",
    },
  };
  await using rig = await deliverRig({ policy: policyOf({}, routes) });
  await rig.put({
    to: [recipient("a@acme.example", { destination: "route:default/acme" })],
    sender: "erp@inside.local",
  });
  await rig.put({ to: [recipient("a@acme.example", { destination: "route:default/acme" })], sender: "" });
  const got = await sink.received(2);
  expect(got.map((it) => it.from).sort()).toEqual(["", "erp@plant.example"]);
});

test("Mail for a local domain goes into its folder, and a full disk only delays it", async () => {
  let isFull = true;
  await using rig = await deliverRig({
    deliverLocally: async () => (isFull ? bad(trouble("full", "the disk is full")) : good("x.eml")),
  });
  const to = ["a", "b"].map((it) =>
    recipient(`${it}@here.test`, { destination: "local:here.test", notify: it === "a" ? "SUCCESS" : null }),
  );
  const id = await rig.put({ to });
  const story = await rig.tried(id);
  for (const it of story.recipients) expect(it).toMatchObject({ status: "queued", reply: "the disk is full" });
  isFull = false;
  await rig.spool.order({ filter: { id }, what: { is: "retry" }, who: "ada", atMs: Date.now() });
  const done = await rig.tried(id, 2);
  for (const it of done.recipients) expect(it).toMatchObject({ status: "delivered", reply: "x.eml" });
  const notice = await until(rig.spool, async () => {
    const found = await rig.spool.find({ sender: "<>" }, { limit: 1 });
    return found.ok ? found.value[0] : undefined;
  });
  expect(await textOf(rig.spool, notice.message.id)).toContain("Action: delivered");
});

test("When it is closed, what has not begun goes back as it was", async () => {
  await using sink = await openSink({ behave: (line) => (line.startsWith("RCPT") ? "hang" : undefined) });
  await using rig = await deliverRig(smart(sink.port));
  const id = await rig.put({ to: toSmartHost("anna@example.org") });
  await sink.said("RCPT");
  await rig.deliverer.close(5000);
  const story = await storyOf(rig.spool, id);
  expect(story.recipients[0]).toMatchObject({ status: "queued", attempts: 0, uncertain: false });
});

test("When it is closed between two turns of a message, whoever has it does not get it again", async () => {
  const behave = (line: string, nth: number) => {
    if (line.startsWith("RCPT") && line.includes("ben@")) return nth < 5 ? "452 4.5.3 One at a time" : "hang";
    return undefined;
  };
  await using sink = await openSink({ behave });
  await using rig = await deliverRig(smart(sink.port));
  const id = await rig.put({ to: toSmartHost("anna@example.org", "ben@example.org") });
  await sink.received(1);
  while (sink.lines.filter((it) => it.startsWith("MAIL")).length < 2 || !sink.lines.at(-1)?.startsWith("RCPT"))
    await new Promise(setImmediate);
  await rig.deliverer.close(0);
  const story = await storyOf(rig.spool, id);
  expect(sink.messages.map((it) => it.to)).toEqual([["anna@example.org"]]);
  expect(story.recipients.map((it) => it.status)).toEqual(["delivered", "queued"]);
});

test("What is claimed while it is closed goes back as it was", async () => {
  const spool = memorySpool({ clock: systemClock, names: names() });
  const [begun, claimed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const claim = spool.claim.bind(spool);
  spool.claim = async (wish) => {
    const found = await claim(wish);
    if (found.ok && found.value.claims.length > 0) {
      begun.resolve();
      await claimed.promise;
    }
    return found;
  };
  await using rig = await deliverRig({ ...smart(1), spool });
  const id = await rig.put({ to: toSmartHost("anna@example.org") });
  await begun.promise;
  let isClosed = false;
  const closed = rig.deliverer.close(5000).then(() => {
    isClosed = true;
  });
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  expect(isClosed).toBe(false); // or the spool would be closed before it can go back
  claimed.resolve();
  await closed;
  const story = await storyOf(spool, id);
  expect(story.recipients[0]).toMatchObject({ status: "queued", attempts: 0, uncertain: false });
});
