// The settings of who may connect to a site, how much and how often. Definitions only; a service states them for all
// its sites, or a site for itself.
import { accessRule, peerRange } from "../../schema/kinds/access.ts";
import { list } from "../../schema/kinds/group.ts";
import { duration } from "../../schema/kinds/measure.ts";
import { choice, whole } from "../../schema/kinds/plain.ts";
import { rate } from "../../schema/kinds/rate.ts";
import { type Section, setting, type Values } from "../../schema/section.ts";

/** A list of ten thousand is decided as fast as one of ten; what grows is the time that a change takes. */
const RULES_MAX = 20_000;
const connections = whole({ min: 1, max: 1_000_000 });
const ranges = list(peerRange, { max: 1000 });

export const accessSettings = {
  // Open, as a server that lets nobody in is not what anybody installs one for.
  access: setting(list(accessRule, { max: RULES_MAX }), {
    fallback: [],
    since: "0.1",
    applies: "new-connections",
    iis: { name: "IPSecurity", id: 6019 },
    doc: "Who may connect: rules such as allow 192.0.2.0/24, deny 2001:db8::/32 or deny *. They are looked at from the top, and the first one that names the address decides; accessUnlisted decides where none does. An IPv4 address counts as such through whatever socket it came, and * names both families. Host names are not looked up, as the owner of an address can give it any name.",
  }),
  accessUnlisted: setting(choice(["allow", "deny"]), {
    fallback: "allow",
    since: "0.1",
    applies: "new-connections",
    iis: "ipSecurity/allowUnlisted",
    doc: "Whether an address that no rule of access names may connect.",
  }),
  // A tenth of connectionsMax: one address cannot fill the site, and a company behind one address is not disturbed.
  connectionsPerAddress: setting(connections, {
    fallback: 1000,
    since: "0.1",
    applies: "new-connections",
    iis: "dynamicIpSecurity/denyByConcurrentRequests",
    doc: "Connections that one address may have open at a time at the site, in one worker.",
  }),
  // A fifth of connectionsMax: room for a provider that has many customers behind few addresses.
  connectionsPerNetwork: setting(connections, {
    fallback: 2000,
    since: "0.1",
    applies: "new-connections",
    doc: "Connections that one network may have open at a time at the site, in one worker: 256 neighbours (/24) in IPv4, what one customer has (/64) in IPv6.",
  }),
  // Rates are off: what is usual differs between a mail relay, a news reader and a page of a hundred pictures.
  connectionRate: setting(rate, {
    fallback: null,
    since: "0.1",
    applies: "live",
    doc: "How often one address may connect, such as 60 per 1m: so many at once, and then one whenever its share of the time has passed; what is above is refused. IPv6 addresses are counted by /64. Each worker counts for itself.",
  }),
  requestRate: setting(rate, {
    fallback: null,
    since: "0.1",
    applies: "live",
    iis: "dynamicIpSecurity/denyByRequestRate",
    doc: "How many requests or commands one address may send, such as 100 per 10s, over all its connections; one that sends more is turned away for restrictFor.",
  }),
  failureRate: setting(rate, {
    fallback: null,
    since: "0.1",
    applies: "live",
    iis: "ftpServer/security/authentication/denyByFailure",
    doc: "How often an address may fail, such as 20 per 10m; one that fails more often is turned away for restrictFor. Failures are breaches of the protocol, requests that are answered with an error of the client, and logins that are refused.",
  }),
  // Long enough that trying passwords is hopeless, short enough that nobody must be freed by hand.
  restrictFor: setting(duration({ min: "0s", max: "30d" }), {
    fallback: "5m",
    since: "0.1",
    applies: "live",
    doc: "How long an address is turned away that exceeds requestRate or failureRate. With 0s only what exceeds requestRate is refused, nobody is turned away, and those that are now are let in.",
  }),
  // This machine: its owner, its monitoring, or a proxy that stands for all the world.
  exempt: setting(ranges, {
    fallback: ["127.0.0.0/8", "::1"],
    since: "0.1",
    applies: "new-connections",
    doc: "Addresses and networks that no limit, rate or restriction of the site applies to; the rules of access do.",
  }),
  // Nobody: whoever is believed can connect as anybody.
  proxyProtocolFrom: setting(ranges, {
    fallback: [],
    since: "0.1",
    applies: "new-connections",
    doc: "Addresses and networks of proxies that begin each connection with a PROXY protocol header (version 1 or 2) that names the client. From these the header is required, and the client it names counts everywhere; from all others it is never read.",
  }),
};

export type AccessValues = Values<Section<typeof accessSettings>>;
