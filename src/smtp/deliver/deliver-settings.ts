// How a site hands mail on: through which host, how safely, how often it tries, and when it gives up. Definitions only;
// the sections of the SMTP service and of its sites spread them, and policy.ts makes of them what the deliverer works with.

import { parseMailbox, printMailbox } from "../../proto/smtp/address.ts";
import { textual } from "../../schema/kind.ts";
import { list } from "../../schema/kinds/group.ts";
import { reference, secret } from "../../schema/kinds/link.ts";
import { duration } from "../../schema/kinds/measure.ts";
import { address, hostName } from "../../schema/kinds/network.ts";
import { choice, flag, text, whole } from "../../schema/kinds/plain.ts";
import { setting } from "../../schema/section.ts";
import { mailHosts, parseMailHost, printMailHost } from "./mail-host.ts";

/** What is asked of TLS on the way to a host; on port 465 it begins with the connection, whatever is chosen but `off`. */
export const tlsChoice = choice(["off", "opportunistic", "required", "verified"]);
export type TlsChoice = "off" | "opportunistic" | "required" | "verified";

const tlsWords =
  "`off` never begins it, `opportunistic` takes it where it is offered, `required` sends nothing without it, and " +
  "`verified` wants a certificate besides that is in the name of the host and from a known authority.";

/** Of those that the house holds for all its services. */
export const ownCertificate = reference("certificate/entries");

const mailbox = textual(
  "mail address",
  "a mail address such as postmaster@example.org",
  "postmaster@example.org",
  (given) => {
    const read = parseMailbox(given);
    return read.ok ? read.value : undefined;
  },
  printMailbox,
);

const nameServer = textual(
  "name server",
  "an address, with a port where it is not 53, such as 192.0.2.53 or [2001:db8::53]:5353",
  "192.0.2.53",
  (given) => {
    const read = parseMailHost(given);
    return read?.is === "address" ? read : undefined;
  },
  printMailHost,
);

export const deliverSettings = {
  smartHost: setting(mailHosts, {
    fallback: null,
    since: "0.1",
    applies: "live",
    iis: { name: "SmartHost", id: 36906 },
    doc: "The host to which mail for other domains is handed, or several, of which the next one is asked when those before it do not answer. Without a value mail goes to the hosts that the domain of the recipient names in DNS.",
  }),
  smartHostUser: setting(text({ max: 255 }), {
    fallback: "",
    since: "0.1",
    applies: "live",
    iis: { name: "RouteUserName", id: 36948 },
    doc: "The user name with which the smart host is logged in to.",
  }),
  smartHostPassword: setting(secret, {
    fallback: null,
    since: "0.1",
    applies: "live",
    iis: { name: "RoutePassword", id: 36949 },
    doc: "The password for the smart host. Kept sealed; a site that cannot open it serves all the same and says so.",
  }),
  smartHostTls: setting(tlsChoice, {
    fallback: null,
    since: "0.1",
    applies: "live",
    iis: { name: "RouteAction", id: 36946 },
    doc: `How the connection to the smart host is protected: ${tlsWords} Without a value it is \`verified\` where a user name or a certificate is set, as a password is told to nobody else, and \`opportunistic\` where neither is.`,
  }),
  smartHostCertificate: setting(ownCertificate, {
    fallback: null,
    since: "0.1",
    applies: "live",
    doc: "The certificate that is shown to the smart host, for hosts that know their clients by it. Nothing is sent to the host without TLS then, whatever smartHostTls says; with a user name and no password it is also what one logs in with. Where it has expired, the mail waits.",
  }),
  directFirst: setting(flag, {
    fallback: false,
    since: "0.1",
    applies: "live",
    iis: { name: "SmartHostType", id: 36905 },
    doc: "Whether the hosts of the recipient's domain are tried first, and the smart host only when none of them can be reached.",
  }),
  directTls: setting(tlsChoice, {
    fallback: "opportunistic",
    since: "0.1",
    applies: "live",
    doc: `How connections to the hosts of other domains are protected: ${tlsWords}`,
  }),
  remotePort: setting(whole({ min: 1, max: 65_535 }), {
    fallback: 25,
    since: "0.1",
    applies: "live",
    iis: { name: "RemoteSmtpPort", id: 36914 },
    doc: "The port of hosts that are named without one.",
  }),
  heloName: setting(hostName(), {
    fallback: null,
    since: "0.1",
    applies: "live",
    doc: "The name with which the site introduces itself to other servers. Without it fullyQualifiedName is used.",
  }),
  sourceAddress: setting(address, {
    fallback: null,
    since: "0.1",
    applies: "live",
    doc: "The address of this machine from which mail leaves. Without it the system chooses.",
  }),
  nameServers: setting(list(nameServer, { max: 8 }), {
    fallback: [],
    since: "0.1",
    applies: "live",
    doc: "The name servers that the site asks for the hosts of a domain. Without any the ones of the system are asked.",
  }),
  retryIntervals: setting(list(duration({ min: "1s", max: "7d" }), { min: 1, max: 16 }), {
    fallback: ["15m", "30m", "1h", "4h"],
    since: "0.1",
    applies: "live",
    iis: { name: "SmtpRemoteProgressiveRetry", id: 36996 },
    doc: "How long a destination rests after each failure in turn; the last of them goes on.",
  }),
  glitchRetries: setting(whole({ min: 0, max: 20 }), {
    fallback: 3,
    since: "0.1",
    applies: "live",
    iis: { name: "SmtpRemoteRetryThreshold", id: 36995 },
    doc: "Tries a minute apart that come before the intervals of retryIntervals, as most trouble is soon over.",
  }),
  delayNotice: setting(duration({ min: "1m", max: "30d" }), {
    fallback: "12h",
    since: "0.1",
    applies: "live",
    iis: { name: "SmtpRemoteDelayExpireMinutes", id: 37019 },
    doc: "After this time the sender of a message that still waits is told so, once.",
  }),
  deliveryExpiry: setting(duration({ min: "1m", max: "60d" }), {
    fallback: "2d",
    since: "0.1",
    applies: "live",
    iis: { name: "SmtpRemoteNDRExpireMinutes", id: 37020 },
    doc: "After this time a message that could not be delivered goes back to its sender.",
  }),
  noticeCopyTo: setting(mailbox, {
    fallback: null,
    since: "0.1",
    applies: "live",
    iis: "SendNdrTo",
    doc: "The address that gets a copy of each notice that a message could not be delivered.",
  }),
  outConnectionsMax: setting(whole({ min: 1, max: 10_000 }), {
    fallback: 1000,
    since: "0.1",
    applies: "live",
    iis: { name: "MaxOutConnections", id: 36894 },
    doc: "Connections to other servers at a time; the largest number of all sites counts, as they share one queue.",
  }),
  outConnectionsPerDomain: setting(whole({ min: 1, max: 1000 }), {
    fallback: 20,
    since: "0.1",
    applies: "live",
    iis: { name: "MaxOutConnectionsPerDomain", id: 36925 },
    doc: "Connections at a time to one domain, or to one smart host.",
  }),
  outMessagesPerConnection: setting(whole({ min: 1, max: 10_000 }), {
    fallback: 20,
    since: "0.1",
    applies: "live",
    iis: { name: "MaxBatchedMessages", id: 36871 },
    doc: "Messages that are handed over on one connection, before another one is made.",
  }),
  connectTimeout: setting(duration({ min: "1s", max: "10m" }), {
    fallback: "30s",
    since: "0.1",
    applies: "live",
    iis: { name: "SmtpConnectTimeout", id: 37001 },
    doc: "A host that does not take a connection for this long counts as away.",
  }),
  remoteTimeout: setting(duration({ min: "1s", max: "1h" }), {
    fallback: null,
    since: "0.1",
    applies: "live",
    iis: { name: "RemoteTimeout", id: 36921 },
    doc: "The longest that another server may take for any answer. Without a value each has the time that RFC 5321 gives it: two to ten minutes.",
  }),
};
