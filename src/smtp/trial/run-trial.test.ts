// Test messages against a server that behaves as it is told, over a real connection; DNS is a table.
import { expect, test } from "bun:test";
import { seeded, systemClock } from "../../base/clock.ts";
import { about, type Fault, fault } from "../../base/fault.ts";
import { expectGood } from "../../base/result.ts";
import { CertificateBook } from "../../certificate/certificate-book.ts";
import { servingFor } from "../../certificate/testing/pairs.ts";
import type { ServingCertificate } from "../../ipc/serving-certificate.ts";
import { selfSigned, signedBy, type TestCertificate } from "../../net/testing/certificates.ts";
import { withCertificate } from "../../net/testing/with-certificate.ts";
import type { TrialEnd, TrialQuestion, TrialStep } from "../../proto/smtp/trial.ts";
import { type SiteWords, siteFrom } from "../accept/testing/rig.ts";
import { connectRemote } from "../deliver/connect-remote.ts";
import { fakeResolver, type Zone } from "../deliver/testing/fake-resolver.ts";
import { type Behaviour, openSink, type Sink } from "../deliver/testing/sink.ts";
import { wayWorld } from "../deliver/way-world.ts";
import { runTrial } from "./run-trial.ts";

const zone: Zone = {
  mx: {
    "far.example": ["20 second.far.example", "10 first.far.example"],
    "null.example": ["0 ."],
    "odd.example": "later",
  },
  addresses: {
    "first.far.example": ["127.0.0.1"],
    "second.far.example": ["127.0.0.1"],
    "relay.example": ["127.0.0.1"],
  },
};

interface Wanted extends SiteWords {
  readonly question?: Partial<TrialQuestion>;
  readonly authorities?: string;
  readonly gone?: AbortSignal;
  /** Of the site. */
  readonly faults?: readonly Fault[];
  /** What may be shown to servers. */
  readonly certificates?: readonly ServingCertificate[];
}

interface Tried {
  readonly steps: readonly TrialStep[];
  readonly end: TrialEnd;
}

async function tryOut(
  sink: Sink,
  { question, authorities, gone, faults = [], certificates = [], ...words }: Wanted = {},
): Promise<Tried> {
  const site = { ...siteFrom({ ...words, settings: { remotePort: sink.port, ...words.settings } }), faults };
  const book = new CertificateBook(systemClock);
  for (const it of certificates) book.set(it);
  const way = wayWorld({
    clock: systemClock,
    random: seeded(1),
    resolverFor: () => fakeResolver(zone),
    certificates: book,
    connect: connectRemote,
    authorities,
    sites: () => [],
  });
  const steps: TrialStep[] = [];
  const nothing = { from: undefined, subject: undefined, route: undefined, host: undefined };
  const world = {
    clock: systemClock,
    way,
    id: "id1",
    tell: (it: TrialStep) => void steps.push(it),
    gone: gone ?? new AbortController().signal,
  };
  const asked = { to: "ada@far.example", ...nothing, send: true, ...question };
  return { steps, end: expectGood(await runTrial(asked, site, world)) };
}

/** A step in a few words, without the time. */
const short = ({ tookMs: _, ...it }: TrialStep): string =>
  it.step === "said" ? `> ${it.line}` : it.step === "heard" ? `< ${it.code}` : it.step;
const refusing =
  (start: string, reply: string): Behaviour =>
  (line) =>
    line.startsWith(start) ? reply : undefined;
const relay = { smartHost: "relay.example" };
const login = {
  settings: { ...relay, smartHostUser: "anna", smartHostTls: "required" },
  secrets: { smartHostPassword: "hunter2" },
};

test("every step is told in the order in which it happens", async () => {
  await using sink = await openSink({ behave: refusing(".", "250 2.0.0 Ok: queued as 4F2A1") });
  const { steps, end } = await tryOut(sink, { question: { from: "scan@b.example", subject: "Hello" } });
  expect(steps.map(short)).toEqual([
    "message",
    "way",
    "lookup",
    "lookup",
    "lookup",
    "connect",
    "< 220",
    "> EHLO mail.example",
    "< 250",
    "> MAIL FROM:<scan@b.example>",
    "> RCPT TO:<ada@far.example>",
    "> DATA",
    "< 250",
    "< 250",
    "< 354",
    "text",
    "< 250",
    "> QUIT",
    "< 221",
  ]);
  expect(steps).toContainEqual(
    expect.objectContaining({
      step: "lookup",
      records: "MX",
      name: "far.example",
      found: ["20 second.far.example", "10 first.far.example"],
      trouble: null,
    }),
  );
  const remote = `first.far.example [127.0.0.1]:${sink.port}`;
  expect(steps).toContainEqual(expect.objectContaining({ step: "connect", remote }));
  expect(steps).toContainEqual(
    expect.objectContaining({ step: "heard", to: "RCPT TO:<ada@far.example>", code: 250, lines: ["2.1.5 OK"] }),
  );
  expect(end).toEqual({
    outcome: "taken",
    stage: null,
    remote,
    words: "250 2.0.0 Ok: queued as 4F2A1",
    queueId: "4F2A1",
    remedy: null,
  });
  expect(sink.messages).toMatchObject([{ from: "scan@b.example", to: ["ada@far.example"] }]);
  expect(sink.messages[0]?.text).toContain("\r\nSubject: Hello\r\n");
});

test("who only asks sends no message", async () => {
  await using sink = await openSink();
  const { steps, end } = await tryOut(sink, { question: { send: false } });
  expect(end).toMatchObject({ outcome: "would-be-taken", queueId: null, words: "250 2.1.5 OK" });
  expect(steps.map(short).slice(-4)).toEqual(["> RSET", "< 250", "> QUIT", "< 221"]);
  expect(sink.lines).not.toContain("DATA");
  expect(sink.messages).toEqual([]);
});

test("a route changes the sender, and its fallback is tried when nobody is reached", async () => {
  await using sink = await openSink();
  const routes = {
    acme: { domains: ["far.example"], hosts: "gone.example", fallback: "spare" },
    spare: { hosts: "relay.example", sender: "alerts@spare.example" },
  };
  const { steps, end } = await tryOut(sink, { routes });
  expect(steps.flatMap((it) => (it.step === "way" ? [`${it.way}: ${it.because}`] : []))).toEqual([
    "route acme: smtp/sites/default/routes/acme is for mail to far.example",
    "route spare: nobody could be reached by the way before",
  ]);
  expect(end).toMatchObject({ outcome: "taken", queueId: null });
  expect(sink.messages).toMatchObject([{ from: "alerts@spare.example" }]);
});

interface Trouble {
  readonly title: string;
  readonly behave?: Behaviour;
  readonly wanted?: Wanted;
  readonly end: Partial<TrialEnd>;
  readonly mends: string;
}

const set = "inetsrv config set smtp/sites/default/";
const troubles: readonly Trouble[] = [
  {
    title: "a smart host that DNS does not know",
    wanted: { settings: { smartHost: "gone.example" } },
    end: { outcome: "unreached", stage: "lookup", remote: "", words: "DNS knows no gone.example" },
    mends: `${set}smartHost HOST`,
  },
  {
    title: "a domain that DNS does not know",
    wanted: { question: { to: "ada@gone.example" } },
    end: { outcome: "unreached", stage: "lookup" },
    mends: "--to",
  },
  {
    title: "name servers in trouble",
    wanted: { question: { to: "ada@odd.example" } },
    end: { outcome: "unreached", stage: "lookup" },
    mends: `${set}nameServers ADDRESS`,
  },
  {
    title: "a domain that takes no mail",
    wanted: { question: { to: "ada@null.example" } },
    end: { outcome: "unreached", stage: "lookup", words: "The domain null.example takes no mail" },
    mends: "--to",
  },
  {
    title: "a port on which nobody listens",
    wanted: { settings: { smartHost: "relay.example:1" } },
    end: { outcome: "unreached", stage: "connect", words: "Cannot connect: it refuses connections" },
    mends: `${set}smartHost relay.example:587`,
  },
  {
    title: "a server that takes nothing from this machine",
    behave: refusing("", "554 5.7.1 Your address is on a list"),
    end: { outcome: "refused", stage: "greeting", words: "554 5.7.1 Your address is on a list" },
    mends: `${set}sourceAddress ADDRESS`,
  },
  {
    title: "a server that does not like our name",
    behave: (line) => (/^(EHLO|HELO)/.test(line) ? "550 5.7.1 Bad HELO" : undefined),
    end: { outcome: "refused", stage: "hello", words: "550 5.7.1 Bad HELO" },
    mends: `${set}heloName NAME`,
  },
  {
    title: "TLS that is required and not offered",
    wanted: { settings: { ...relay, smartHostTls: "required" } },
    end: { outcome: "unreached", stage: "secure", words: "The server does not offer STARTTLS" },
    mends: `${set}smartHostTls opportunistic`,
  },
  {
    title: "a sender that is refused",
    behave: refusing("MAIL", "553 5.7.1 Not your address"),
    end: { outcome: "refused", stage: "sender", words: "553 5.7.1 Not your address" },
    mends: `--from ADDRESS. So that mail from domains of this site leaves under another one: ${set}masqueradeDomain DOMAIN`,
  },
  {
    title: "a sender that a route may change",
    behave: refusing("MAIL", "553 5.7.1 Not your address"),
    wanted: { routes: { acme: { domains: ["far.example"] } } },
    end: { outcome: "refused", stage: "sender" },
    mends: `${set}routes/acme/sender ADDRESS`,
  },
  {
    title: "a host that relays only for users",
    behave: refusing("RCPT", "550 5.7.1 Unable to relay"),
    wanted: { settings: relay },
    end: { outcome: "refused", stage: "recipient", words: "550 5.7.1 Unable to relay" },
    mends: `${set}smartHostUser NAME; ${set}smartHostPassword`,
  },
  {
    title: "a host that wants a login first",
    behave: refusing("MAIL", "530 5.7.0 Authentication required"),
    wanted: { settings: relay },
    end: { outcome: "refused", stage: "sender", words: "530 5.7.0 Authentication required" },
    mends: `${set}smartHostUser NAME; ${set}smartHostPassword`,
  },
  {
    title: "a recipient that nobody knows",
    behave: refusing("RCPT", "550 5.1.1 No such user"),
    end: { outcome: "refused", stage: "recipient", words: "550 5.1.1 No such user" },
    mends: "--to",
  },
  {
    title: "a recipient that is to come again",
    behave: refusing("RCPT", "451 4.7.1 Greylisted"),
    end: { outcome: "refused", stage: "recipient", words: "451 4.7.1 Greylisted" },
    mends: "asked again later",
  },
  {
    title: "a message that is refused",
    behave: refusing(".", "554 5.7.1 Spam"),
    end: { outcome: "refused", stage: "text", words: "554 5.7.1 Spam" },
    mends: "words of the host",
  },
  {
    title: "a connection that breaks",
    behave: refusing("RCPT", "close"),
    end: { outcome: "unreached", stage: "recipient" },
    mends: "between here and the host",
  },
  {
    title: "a login that is not offered",
    wanted: { settings: { ...relay, smartHostUser: "anna", smartHostTls: "off" }, secrets: { smartHostPassword: "x" } },
    end: { outcome: "unreached", stage: "login" },
    mends: "inetsrv config unset smtp/sites/default/smartHostUser",
  },
];

for (const { title, behave, wanted, end, mends } of troubles)
  test(`${title} is named, and what mends it`, async () => {
    await using sink = await openSink(behave === undefined ? {} : { behave });
    const tried = await tryOut(sink, wanted);
    expect(tried.end).toMatchObject(end);
    expect(tried.end.remedy).toContain(mends);
    expect(sink.messages).toEqual([]);
  });

const certificate = selfSigned("relay.example");
const secure = (it: TestCertificate, behave: Behaviour = () => undefined) =>
  openSink({ certificate: it, extensions: ["AUTH PLAIN"], behave });

withCertificate("a certificate that proves the host is told so, and lets the password go", async () => {
  await using sink = await secure(certificate, refusing("AUTH", "235 2.7.0 Welcome"));
  const settings = { ...login.settings, smartHostTls: "verified" };
  const { steps, end } = await tryOut(sink, { ...login, settings, authorities: certificate.chain });
  expect(end.outcome).toBe("taken");
  expect(steps).toContainEqual(expect.objectContaining({ step: "tls", protocol: "TLSv1.3", doubt: null }));
  expect(steps).toContainEqual(expect.objectContaining({ step: "said", line: "AUTH PLAIN ***" }));
});

withCertificate("one that is signed by itself is not believed, and the login is not told", async () => {
  await using sink = await secure(certificate);
  const { steps, end } = await tryOut(sink, { ...login, settings: { ...login.settings, smartHostTls: "verified" } });
  expect(end).toMatchObject({ outcome: "unreached", stage: "secure" });
  expect(end.words).toContain("its certificate is signed by itself");
  expect(end.remedy).toContain(`${set}smartHostTls required`);
  expect(steps.find((it) => it.step === "tls")).toMatchObject({ doubt: "its certificate is signed by itself" });
  expect(sink.lines.filter((it) => it.startsWith("AUTH"))).toEqual([]);
});

withCertificate("one for another name says which setting has the wrong one", async () => {
  const other = selfSigned("other.example");
  await using sink = await secure(other);
  const settings = { ...relay, smartHostTls: "verified" };
  const { end } = await tryOut(sink, { settings, authorities: other.chain });
  expect(end.words).toContain("its certificate is not for relay.example");
  expect(end.remedy).toContain(`${set}smartHost HOST`);
});

withCertificate("a wrong password is named, and stands in no step, whatever the server repeats", async () => {
  await using sink = await secure(certificate, (line) =>
    line.startsWith("AUTH") ? `535 5.7.8 Wrong: ${line} hunter2` : undefined,
  );
  const tried = await tryOut(sink, login);
  expect(tried.end).toMatchObject({
    outcome: "refused",
    stage: "login",
    words: "535 5.7.8 Wrong: AUTH PLAIN *** ***",
  });
  expect(tried.end.remedy).toContain(`${set}smartHostPassword`);
  const all = JSON.stringify(tried);
  for (const secret of ["hunter2", Buffer.from("\0anna\0hunter2").toString("base64")])
    expect(all).not.toContain(secret);
  // It was really sent, so that there was something to hide.
  expect(sink.lines).toContain(`AUTH PLAIN ${Buffer.from("\0anna\0hunter2").toString("base64")}`);
});

withCertificate("a password that is not set is asked for", async () => {
  await using sink = await secure(certificate, refusing("AUTH", "535 5.7.8 Wrong"));
  const { end } = await tryOut(sink, { settings: login.settings });
  expect(end.remedy).toBe(`No password is set. Set it: ${set}smartHostPassword`);
});

withCertificate("a password that cannot be opened is told before, and what opens it in the end", async () => {
  await using sink = await secure(certificate, refusing("AUTH", "535 5.7.8 Wrong"));
  const sealed = fault(
    about("secret", "smtp/smartHostPassword"),
    "Cannot open it",
    "the key is gone",
    "inetsrv keys status",
  );
  const { steps, end } = await tryOut(sink, { settings: login.settings, faults: [sealed] });
  expect(steps[1]).toMatchObject({ step: "note", words: "Cannot open it: the key is gone. inetsrv keys status" });
  expect(end.remedy).toBe("inetsrv keys status");
});

const HOUR_MS = 3_600_000;
const nowMs = systemClock.wallMs();
const authority = selfSigned("authority.example");
const ours = (it: TestCertificate, parts: Partial<ServingCertificate> = {}): ServingCertificate =>
  servingFor("ours", {
    ...it,
    names: ["mail.example"],
    notBeforeMs: nowMs - HOUR_MS,
    notAfterMs: nowMs + HOUR_MS,
    ...parts,
  });
const showing = { ...relay, smartHostTls: "required", smartHostCertificate: "ours" };
const knowing = () => openSink({ certificate, clientAuthority: authority.chain });

withCertificate("a certificate of ours is told before anybody is asked, and shown to the host", async () => {
  await using sink = await knowing();
  const { steps, end } = await tryOut(sink, {
    settings: showing,
    certificates: [ours(signedBy(authority, "client.example"))],
  });
  expect(end.outcome).toBe("taken");
  expect(sink.messages.map((it) => it.clientName)).toEqual(["client.example"]);
  expect(steps.map((it) => it.step).slice(1, 4)).toEqual(["way", "certificate", "lookup"]);
  const told = { step: "certificate", name: "ours", names: ["mail.example"], notAfterMs: nowMs + HOUR_MS };
  expect(steps).toContainEqual(expect.objectContaining(told));
  expect(JSON.stringify(steps)).not.toContain("PRIVATE KEY");
});

interface Unfit {
  readonly title: string;
  readonly certificates: readonly ServingCertificate[];
  readonly words: string;
}

const unfit: readonly Unfit[] = [
  { title: "that is not there", certificates: [], words: "there is no certificate ours that could be shown" },
  {
    title: "that has expired",
    certificates: [ours({ chain: "", key: "" }, { notAfterMs: nowMs - HOUR_MS })],
    words: "certificate ours has expired on ",
  },
];

for (const { title, certificates, words } of unfit)
  test(`a certificate of ours ${title} is told with what mends it, and nobody is asked`, async () => {
    await using sink = await openSink();
    const { steps, end } = await tryOut(sink, { settings: showing, certificates });
    expect(end).toMatchObject({ outcome: "unreached", stage: "certificate", remote: "" });
    expect(end.words).toStartWith(words);
    expect(end.remedy).toContain("inetsrv cert show ours");
    expect(end.remedy).toContain("inetsrv cert add ours FILE");
    expect(end.remedy).toContain(`${set}smartHostCertificate NAME`);
    expect(steps.map((it) => it.step)).toEqual(["message", "way", "note"]);
    expect(sink.connections()).toBe(0);
  });

withCertificate("a host that asks for a certificate where none is named says which setting names one", async () => {
  await using sink = await knowing();
  const { end } = await tryOut(sink, { settings: { ...relay, smartHostTls: "required" } });
  expect(end.words).toEndWith("the server asks for a certificate of ours");
  expect(end.remedy).toBe(`Name the certificate by which the host knows this server: ${set}smartHostCertificate NAME`);
});

withCertificate("a host that does not know our certificate is to be told of it", async () => {
  await using sink = await knowing();
  const { end } = await tryOut(sink, { settings: showing, certificates: [ours(selfSigned("stranger.example"))] });
  expect(end).toMatchObject({ outcome: "unreached" });
  expect(end.remedy).toContain("Tell who runs the host by which certificate it is to know this server");
  expect(end.remedy).toContain("inetsrv cert show ours");
});

test("when nobody waits any more the connection ends, and no other is begun", async () => {
  const gone = new AbortController();
  await using sink = await openSink({ behave: (line) => (line.startsWith("MAIL") ? "hang" : undefined) });
  const trying = tryOut(sink, {
    gone: gone.signal,
    settings: { ...relay, smartHost: "relay.example, second.far.example" },
  });
  await sink.said("MAIL");
  gone.abort();
  expect((await trying).end).toMatchObject({ outcome: "unreached" });
  expect(sink.connections()).toBe(1);
});
