// The settings of how an SMTP site takes mail: its names, its limits, who may relay, and what it forgives. Definitions
// only; a service states them for all its sites, or a site for itself.

import { peerRange } from "../../schema/kinds/access.ts";
import { list } from "../../schema/kinds/group.ts";
import { byteSize } from "../../schema/kinds/measure.ts";
import { hostName } from "../../schema/kinds/network.ts";
import { choice, flag, text, whole } from "../../schema/kinds/plain.ts";
import { type Section, setting, type Values } from "../../schema/section.ts";
import { relayRule } from "./relay-rule.ts";

const facts = { since: "0.1", applies: "new-connections" } as const;

/** What a site can leave out of its EHLO answer. */
export const offerable = ["PIPELINING", "SMTPUTF8", "DSN", "CHUNKING", "BINARYMIME", "ETRN", "LIMITS"] as const;
/** What a site can forgive of its clients, by the names of people. */
export const forgivable = [
  "space before address",
  "no brackets",
  "nameless hello",
  "odd hello",
  "no hello",
  "bare addresses",
  "loose addresses",
] as const;
/** To be said by whoever wants an open relay on a public address. */
export const OPEN_RELAY_WORDS = "yes, for everybody";

export const acceptSettings = {
  fullyQualifiedName: setting(hostName(), {
    ...facts,
    fallback: null,
    iis: "FullyQualifiedDomainName",
    doc: "The name with which the site greets, and which receivers look up. Without it the name of the machine is used.",
  }),
  banner: setting(text({ max: 200 }), {
    ...facts,
    fallback: "",
    doc: "Words behind the name in the greeting, in place of those that name this program.",
  }),
  defaultDomain: setting(hostName(), {
    ...facts,
    fallback: null,
    iis: { name: "DefaultDomain", id: 36908 },
    doc: "The domain of addresses that name none. Mail for it stays on this machine. Without a value it is fullyQualifiedName.",
  }),
  masqueradeDomain: setting(hostName(), {
    ...facts,
    fallback: null,
    iis: { name: "MasqueradeDomain", id: 36912 },
    doc: "The domain that senders of local domains show to the world: in the envelope, and in From of messages that have passed no other server.",
  }),
  messageBytesMax: setting(byteSize({ min: "2KiB", max: "1GiB" }), {
    ...facts,
    fallback: "32MiB",
    iis: { name: "MaxMessageSize", id: 36891 },
    doc: "The largest message that is taken; it is told with SIZE, and a larger one is refused with 552. A new IIS had 2 MiB, which refused many an attachment.",
  }),
  sessionBytesMax: setting(byteSize({ min: "2KiB", max: "1TiB" }), {
    ...facts,
    fallback: null,
    iis: { name: "MaxSessionSize", id: 36892 },
    doc: "What all messages of a connection may have together; the first may always be as large as a message. Beyond it the connection is closed, so that the sender goes on with another one. A new IIS had 10 MiB. Without a value there is no such limit.",
  }),
  recipientsMax: setting(whole({ min: 1, max: 50_000 }), {
    ...facts,
    fallback: 100,
    iis: { name: "MaxRecipients", id: 36895 },
    doc: "Recipients of one message; more are refused with 452, and a mail server sends them in a message of their own.",
  }),
  messagesMax: setting(whole({ min: 1, max: 1_000_000 }), {
    ...facts,
    fallback: null,
    doc: "Messages that one connection may bring; the next is refused with 421 and the connection closed. Without a value there is no such limit, as in IIS, where only the connections that it made itself had one.",
  }),
  errorsMax: setting(whole({ min: 1, max: 10_000 }), {
    ...facts,
    fallback: 20,
    iis: { name: "MaxSmtpErrors", id: 36887 },
    doc: "Commands that are refused before the connection is closed. It ends guessing at addresses and passwords.",
  }),
  hopsMax: setting(whole({ min: 2, max: 1000 }), {
    ...facts,
    fallback: 100,
    iis: { name: "HopCount", id: 36886 },
    doc: "Servers that a message may have passed, counted by its Received lines; one that has passed more runs in a circle and is refused. IIS had 15, which long ways reach too; the standard asks for 100.",
  }),
  requireLogin: setting(flag, {
    ...facts,
    fallback: false,
    doc: "Whether mail is taken only from those who have logged in, also for local domains. It is for port 587, and no setting for a server that gets mail from the world.",
  }),
  requireTls: setting(flag, {
    ...facts,
    fallback: false,
    iis: { name: "AccessSSLFlags", id: 6030 },
    doc: "Whether a connection has to go over to TLS before it may do anything.",
  }),
  relay: setting(list(relayRule, { max: 5000 }), {
    ...facts,
    fallback: [],
    iis: { name: "RelayIpList", id: 36970 },
    doc: "Who may send to domains that are not of this site, looked at from the top: the first rule that fits decides, and without one it is refused. Such as relay 192.0.2.0/24, relay account ada, relay group staff, relay account * (whoever has logged in, which was RelayForAuth in IIS), relay certificate printer-3, refuse 192.0.2.9; with from *@example.org or to *.example.net a rule is for these only. A sender can be anybody's invention: from alone keeps nobody out. Accounts that have the right relay need no rule.",
  }),
  openRelay: setting(choice(["refused", OPEN_RELAY_WORDS]), {
    ...facts,
    fallback: "refused",
    doc: `Whether the site may be open although its rules let everybody relay and it can be reached from other machines. Such a server is found within hours, sends the spam of the world, and ends on every block list; only "${OPEN_RELAY_WORDS}" lets it serve.`,
  }),
  offers: setting(list(choice(offerable), { max: offerable.length }), {
    ...facts,
    fallback: offerable.filter((it) => it !== "ETRN"),
    iis: { name: "SmtpInboundCommandSupportOptions", id: 36998 },
    doc: "Extensions that are offered with EHLO. Leave out what a client says it can do and cannot, as some with CHUNKING. ETRN, by which a server that was away asks for what waits for its domain, is for sites that name remote domains.",
  }),
  forgives: setting(list(choice(forgivable), { max: forgivable.length }), {
    ...facts,
    fallback: [...forgivable],
    iis: { name: "SmtpHeloNoDomain", id: 36981 },
    doc: "The errors of devices and scripts that are forgiven: a space before an address, no brackets around it, HELO without a name or with an odd one such as my_printer, mail without HELO, addresses without a domain, and addresses that should not exist and do. What a message is, and where it ends, is never a matter of this.",
  }),
  bareLfFrom: setting(list(peerRange, { max: 1000 }), {
    ...facts,
    fallback: [],
    doc: "Addresses and networks of old devices that end their lines with LF alone; each becomes CRLF. Everybody else is refused with such lines, as they can hide a second message from one server or the other. Even for these a message ends nowhere but at CRLF . CRLF.",
  }),
};

export type AcceptValues = Values<Section<typeof acceptSettings>>;
