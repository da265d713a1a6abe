// A route of a site: mail for some domains, or from some senders, that goes its own way. Definitions only; which route a
// message takes is decided in choose-route.ts.

import { parseMailbox } from "../../proto/smtp/address.ts";
import { textual } from "../../schema/kind.ts";
import { list } from "../../schema/kinds/group.ts";
import { secret } from "../../schema/kinds/link.ts";
import { normalHostName } from "../../schema/kinds/network.ts";
import { pattern } from "../../schema/kinds/place.ts";
import { text, whole } from "../../schema/kinds/plain.ts";
import { rate } from "../../schema/kinds/rate.ts";
import { collection, section, setting } from "../../schema/section.ts";
import { ownCertificate, tlsChoice } from "./deliver-settings.ts";
import { mailHosts } from "./mail-host.ts";

const domainPattern = textual(
  "domain pattern",
  "a domain such as example.org, or *.example.org for all below it",
  "*.example.org",
  (given) => normalHostName(given, true),
  (value) => value,
);

/** An address, or only the domain of it behind an @: what is in front of it then stays. */
const rewrite = textual(
  "sender",
  "an address such as alerts@example.org, or @example.org to change the domain alone",
  "alerts@example.org",
  (given) => (parseMailbox(given.startsWith("@") ? `x${given}` : given).ok ? given : undefined),
  (value) => value,
);

export const routeSection = section("route", "A way of its own for some of the mail that leaves.", {
  hosts: setting(mailHosts, {
    fallback: null,
    since: "0.1",
    applies: "live",
    iis: { name: "RouteActionString", id: 36947 },
    doc: "The host that gets the mail of this route, or several, of which the next one is asked when those before it do not answer. Without a value the mail goes to the hosts that the domain of the recipient names in DNS.",
  }),
  domains: setting(list(domainPattern, { max: 1000 }), {
    fallback: [],
    since: "0.1",
    applies: "live",
    doc: "The domains of recipients whose mail takes this route. Without any it is for all of the senders that it names; a route that names neither is taken by nothing but `inetsrv queue reroute`.",
  }),
  senders: setting(list(pattern, { max: 1000 }), {
    fallback: [],
    since: "0.1",
    applies: "live",
    doc: "The senders whose mail takes this route, as addresses with * and ?. Without any it is for all senders.",
  }),
  tls: setting(tlsChoice, {
    fallback: null,
    since: "0.1",
    applies: "live",
    iis: { name: "RouteAction", id: 36946 },
    doc: "How the connection is protected, in the words of smartHostTls. Without a value it is `verified` where a user or a certificate is set, and `opportunistic` where neither is.",
  }),
  certificate: setting(ownCertificate, {
    fallback: null,
    since: "0.1",
    applies: "live",
    doc: "The certificate that is shown to the hosts, for those that know their clients by it: connectors of Microsoft 365, relay_clientcerts of Postfix, tls_verify_hosts of Exim. It means what smartHostCertificate means for the smart host.",
  }),
  user: setting(text({ max: 255 }), {
    fallback: "",
    since: "0.1",
    applies: "live",
    iis: { name: "RouteUserName", id: 36948 },
    doc: "The user name with which the hosts are logged in to.",
  }),
  password: setting(secret, {
    fallback: null,
    since: "0.1",
    applies: "live",
    iis: { name: "RoutePassword", id: 36949 },
    doc: "The password for the hosts. Kept sealed.",
  }),
  sender: setting(rewrite, {
    fallback: null,
    since: "0.1",
    applies: "live",
    doc: "The sender that the envelope of this mail gets, for hosts that take mail from one sender or domain only. The message itself is not changed, and notices still go to the sender that there was.",
  }),
  connectionsMax: setting(whole({ min: 1, max: 1000 }), {
    fallback: null,
    since: "0.1",
    applies: "live",
    doc: "Connections of this route at a time. Without a value outConnectionsPerDomain of the site holds.",
  }),
  messagesPerConnection: setting(whole({ min: 1, max: 10_000 }), {
    fallback: null,
    since: "0.1",
    applies: "live",
    doc: "Messages on one connection. Without a value outMessagesPerConnection of the site holds.",
  }),
  pace: setting(rate, {
    fallback: null,
    since: "0.1",
    applies: "live",
    doc: "The most messages that this route hands over in a time, such as 30 per 1m; what is above waits in the queue.",
  }),
  fallback: setting(text({ min: 1, max: 255 }), {
    fallback: null,
    since: "0.1",
    applies: "live",
    doc: "The name of the route that is tried when no host of this one can be reached.",
  }),
});

export const routes = collection(routeSection, { doc: "Ways of their own for some of the mail, by name.", max: 1000 });
