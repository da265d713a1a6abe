// Servers that know their clients by certificate, and a deliverer that shows it one, or has none to show.
import { expect, test } from "bun:test";
import { systemClock } from "../../base/clock.ts";
import { CertificateBook } from "../../certificate/certificate-book.ts";
import { selfSigned, signedBy, type TestCertificate } from "../../net/testing/certificates.ts";
import { withCertificate } from "../../net/testing/with-certificate.ts";
import { recipient } from "../../spool/testing/rig.ts";
import { deliverRig, policyOf, type RigOptions } from "./testing/deliver-rig.ts";
import { openSink } from "./testing/sink.ts";

const HOUR_MS = 3_600_000;
const nowMs = systemClock.wallMs();

const authority = selfSigned("authority.test");
const first = signedBy(authority, "first.test");
const second = signedBy(authority, "second.test");
const server = selfSigned("127.0.0.1");

let generation = 0;
const entry = ({ chain, key }: TestCertificate, notAfterMs = nowMs + HOUR_MS, notBeforeMs = nowMs - HOUR_MS) => ({
  ...{ name: "ours", names: [], chain, key, fingerprint: "00" },
  ...{ notBeforeMs, notAfterMs, generation: ++generation },
});

const knowing = () => openSink({ certificate: server, clientAuthority: authority.chain });

/** A route to that port with the certificate `ours`; nobody vouches for servers of a test. */
const showing = (port: number, certificates: CertificateBook, more = {}, passwords = {}): RigOptions => {
  const route = { hosts: `[127.0.0.1]:${port}`, domains: ["partner.example"], tls: "required", certificate: "ours" };
  return { certificates, policy: policyOf({}, { partner: { ...route, ...more } }, passwords) };
};

const mail = { to: [recipient("a@partner.example", { destination: "route:default/partner" })] };

withCertificate(
  "A server that asks for a certificate is shown the one of the route, as it is at that moment",
  async () => {
    await using sink = await knowing();
    const certificates = new CertificateBook(systemClock);
    certificates.set(entry(first));
    await using rig = await deliverRig(showing(sink.port, certificates, { messagesPerConnection: 1 }));
    await rig.tried(await rig.put(mail));
    certificates.set(entry(second));
    await rig.tried(await rig.put(mail));
    expect(sink.messages.map((it) => it.clientName)).toEqual(["first.test", "second.test"]);
  },
);

withCertificate(
  "Without a certificate that is good now nobody is spoken with, and the mail waits until there is one",
  async () => {
    await using sink = await knowing();
    const certificates = new CertificateBook(systemClock);
    await using rig = await deliverRig(showing(sink.port, certificates));
    const id = await rig.put(mail);
    const told = async (attempts: number) => {
      const [only] = (await rig.tried(id, attempts)).recipients;
      await rig.spool.order({ filter: {}, what: { is: "retry" }, who: "ada", atMs: systemClock.wallMs() });
      return [only?.status, only?.reply];
    };
    expect(await told(1)).toEqual(["queued", "there is no certificate ours that could be shown"]);
    certificates.set(entry(first, nowMs - HOUR_MS, nowMs - 2 * HOUR_MS));
    expect(await told(2)).toEqual(["queued", expect.stringContaining("certificate ours has expired on ")]);
    certificates.set(entry(first, nowMs + 2 * HOUR_MS, nowMs + HOUR_MS));
    expect(await told(3)).toEqual(["queued", expect.stringContaining("certificate ours is valid from ")]);
    expect(sink.connections()).toBe(0);
    expect(rig.events.map((it) => it.number)).toEqual([6059]);
    expect(rig.events[0]?.parameters).toMatchObject({
      setting: "smtp/sites/default/routes/partner",
      certificate: "ours",
      because: "there is no certificate ours that could be shown",
    });
    certificates.set(entry(first));
    await rig.spool.order({ filter: {}, what: { is: "retry" }, who: "ada", atMs: systemClock.wallMs() });
    await sink.received(1);
  },
);

withCertificate(
  "A server that wants a certificate and is shown none says so in words, and the mail waits",
  async () => {
    await using sink = await knowing();
    await using rig = await deliverRig(showing(sink.port, new CertificateBook(systemClock), { certificate: null }));
    const [only] = (await rig.tried(await rig.put(mail))).recipients;
    expect(only?.status).toBe("queued");
    expect(only?.reply).toBe("The connection broke: the server asks for a certificate of ours");
  },
);

withCertificate("With a user and no password the certificate is what one logs in with", async () => {
  await using sink = await openSink({
    certificate: server,
    clientAuthority: authority.chain,
    extensions: ["AUTH PLAIN EXTERNAL"],
    behave: (line) => (line.startsWith("AUTH") ? "235 2.7.0 In" : undefined),
  });
  const certificates = new CertificateBook(systemClock);
  certificates.set(entry(first));
  await using rig = await deliverRig(showing(sink.port, certificates, { user: "ada" }));
  await rig.tried(await rig.put(mail));
  await using withPassword = await deliverRig(
    showing(sink.port, certificates, { user: "ada" }, { "routes/partner/password": "geheim" }),
  );
  await withPassword.tried(await withPassword.put(mail));
  const logins = sink.lines.filter((it) => it.startsWith("AUTH")).map((it) => it.split(" ")[1]);
  expect(logins).toEqual(["EXTERNAL", "PLAIN"]);
});

test("A certificate is shown under TLS alone, and to a host that proves who it is unless less is asked for", () => {
  const tls = (written: Parameters<typeof policyOf>[0]) => policyOf({ smartHost: "a.test", ...written }).smartHost?.tls;
  expect(tls({})).toBe("opportunistic");
  expect(tls({ smartHostUser: "ada" })).toBe("verified");
  expect(tls({ smartHostCertificate: "ours" })).toBe("verified");
  for (const written of ["off", "opportunistic", "required"])
    expect(tls({ smartHostCertificate: "ours", smartHostTls: written })).toBe("required");
});
