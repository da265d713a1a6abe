// The rows that no ordinary server leads to; the others are met by run-trial.test.ts.
import { expect, test } from "bun:test";
import { say } from "../../proto/smtp/reply.ts";
import { siteFrom } from "../accept/testing/rig.ts";
import { parseMailHost } from "../deliver/mail-host.ts";
import { remedyFor, type Trouble } from "./remedy.ts";
import { waySettings } from "./way-settings.ts";

const path = "smtp/sites/default";
const { policy } = siteFrom({ settings: { smartHost: "relay.example", smartHostUser: "anna" } });

function mends(kind: "direct" | "smart host", it: Pick<Trouble, "stage" | "reply"> & Partial<Trouble>): string {
  const way = (kind === "direct" ? undefined : policy.smartHost) ?? policy.direct;
  const settings = waySettings(policy, way, path);
  const usual = { isServers: false, lookup: undefined, doubt: undefined, sealed: undefined };
  return remedyFor({ ...usual, way, settings, path, ...it }) ?? "nothing";
}
const ours = (words: string) => say(451, "4.4.0", words);

test("mail that would go in a circle", () => {
  const stage = "lookup";
  expect(mends("smart host", { stage, reply: ours("The smart host is this server itself") })).toContain(
    `inetsrv config set ${path}/smartHost HOST`,
  );
  expect(mends("direct", { stage, reply: ours("Mail for a.example leads back to this server") })).toContain(
    `${path}/domains`,
  );
});

test("no connection: the address it leaves from, and port 25 that is closed", () => {
  const stage = "connect";
  const reply = ours("Cannot connect: this machine does not have the address of sourceAddress");
  expect(mends("direct", { stage, reply })).toContain(`inetsrv config unset ${path}/sourceAddress`);
  expect(mends("direct", { stage, reply: ours("Cannot connect: it does not answer") })).toContain(
    `inetsrv config set ${path}/smartHost HOST`,
  );
});

test("a host that only the command names is named there anew, and a port is not tried twice", () => {
  const host = parseMailHost("relay.example:587");
  const way = { ...policy.direct, hosts: host === undefined ? [] : [host] };
  const lookup = mends("direct", { stage: "lookup", reply: ours("DNS knows no relay.example"), way });
  expect(lookup).toEndWith(": --host HOST");
  const connect = mends("direct", { stage: "connect", reply: ours("Cannot connect: it refuses connections"), way });
  expect(connect).toEndWith(": --host relay.example:465");
});

test("TLS that cannot be begun, and a certificate of whoever the domain names", () => {
  const stage = "secure";
  expect(mends("direct", { stage, reply: ours("TLS could not be begun: wrong version number") })).toContain(
    `inetsrv config set ${path}/directTls off`,
  );
  const doubt = "its certificate is not for mx.example";
  const words = mends("direct", { stage, reply: ours("x"), doubt });
  expect(words).toStartWith("Ask who runs the host for a certificate in its name");
  expect(words).toEndWith(`inetsrv config set ${path}/directTls required`);
});

test("a password that would be told in clear, and a login for which it is the wrong moment", () => {
  const stage = "login";
  expect(mends("smart host", { stage, reply: ours("x"), way: { ...way(), login: undefined } })).toContain("587");
  const clear = ours("The server takes a password, but the connection is in clear");
  expect(mends("smart host", { stage, reply: clear, way: way() })).toContain(
    `inetsrv config set ${path}/smartHostTls verified`,
  );
  const busy = say(454, "4.7.0", "Try again later");
  expect(mends("smart host", { stage, reply: busy, isServers: true, way: way() })).toContain("again later");
});

test("a host that is to know us by our certificate", () => {
  const byCertificate = { ...way(), certificate: "our own", login: { account: "anna", password: undefined } };
  const shows = "inetsrv cert show 'our own'";
  const relaying = say(550, "5.7.64", "TenantAttribution; Relay Access Denied");
  expect(mends("smart host", { stage: "recipient", reply: relaying, isServers: true, way: byCertificate })).toContain(
    shows,
  );
  const unknown = ours("The connection broke: the server does not know the authority of our certificate");
  expect(mends("smart host", { stage: "hello", reply: unknown, way: byCertificate })).toStartWith("Tell who runs");
  const wrong = say(535, "5.7.8", "Who are you?");
  expect(mends("smart host", { stage: "login", reply: wrong, isServers: true, way: byCertificate })).toContain(shows);
  const plain = ours("The server offers no login that can be used here, but PLAIN");
  expect(mends("smart host", { stage: "login", reply: plain, way: byCertificate })).toContain(
    `inetsrv config set ${path}/smartHostPassword`,
  );
  const clear = mends("smart host", {
    stage: "secure",
    reply: ours("The server does not offer STARTTLS"),
    way: byCertificate,
  });
  expect(clear).toStartWith("A certificate is shown under TLS alone");
  expect(clear).not.toContain("opportunistic");
});

test("a host that only the command names and that asks for a certificate", () => {
  const reply = ours("TLS could not be begun: the server asks for a certificate of ours");
  expect(mends("direct", { stage: "secure", reply })).toContain(`inetsrv config set ${path}/smartHostCertificate NAME`);
});

test("letters that a server does not know", () => {
  const reply = say(553, "5.6.7", "The server knows no senders in such letters");
  expect(mends("direct", { stage: "text", reply })).toContain("plain letters");
});

test("a site and a host with odd names stay one word each in what is to be typed", () => {
  const odd = waySettings(policy, policy.smartHost ?? policy.direct, "smtp/sites/our site");
  const words = mends("smart host", { stage: "lookup", reply: ours("x"), settings: odd, path: "smtp/sites/our site" });
  expect(words).toContain("inetsrv config set 'smtp/sites/our site/smartHost' HOST");
});

/** With a password, so that it is not the lack of one. */
function way() {
  if (policy.smartHost === undefined) throw new Error("no smart host");
  return { ...policy.smartHost, login: { account: "anna", password: "hunter2" } };
}
