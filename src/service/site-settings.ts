// The settings that every service and every site has, whatever its protocol. A service spreads them into its own
// sections; what both sections share, a site inherits from its service.
import { accessSettings } from "../net/access/access-settings.ts";
import { accessLogSettings } from "../net/access-log/settings.ts";
import { tlsSettings } from "../net/tls/tls-settings.ts";
import type { Kind } from "../schema/kind.ts";
import { list } from "../schema/kinds/group.ts";
import { duration } from "../schema/kinds/measure.ts";
import { type Binding, secureBinding } from "../schema/kinds/network.ts";
import { flag, text, whole } from "../schema/kinds/plain.ts";
import { type Section, setting, type Values } from "../schema/section.ts";

/** Stated at the service for all its sites, or at one site for itself. */
export const inheritedSettings = {
  ...accessSettings,
  ...tlsSettings,
  ...accessLogSettings,
  idleTimeout: setting(duration({ min: "1s", max: "1d" }), {
    fallback: "10m",
    since: "0.1",
    applies: "new-connections",
    iis: { name: "ConnectionTimeout", id: 1013 },
    doc: "A connection that sends nothing for this long is told so in the words of its protocol and closed.",
  }),
  sessionTimeout: setting(duration({ min: "1m", max: "7d" }), {
    fallback: null,
    since: "0.1",
    applies: "new-connections",
    doc: "A session that has lasted this long is told so in the words of its protocol and closed, however busy it is. Without a value there is no such limit.",
  }),
  connectionsMax: setting(whole({ min: 1, max: 1_000_000 }), {
    fallback: 10_000,
    since: "0.1",
    applies: "new-connections",
    iis: { name: "MaxConnections", id: 1014 },
    doc: "Connections that the site serves at a time in one worker; one more is turned away in the words of its protocol.",
  }),
  plainTextLogin: setting(flag, {
    fallback: false,
    since: "0.1",
    applies: "live",
    doc: "Whether a password is taken on a connection without TLS, where everybody on the way can read it. Connections from this machine itself are always trusted.",
  }),
};

/** What each site states for itself; `inClear` is the kind of its bindings without TLS. */
export const siteSettings = (inClear: Kind<Binding, string>) => ({
  ...inheritedSettings,
  bindings: setting(list(inClear, { max: 256 }), {
    fallback: [],
    since: "0.1",
    applies: "live",
    iis: { name: "ServerBindings", id: 1023 },
    doc: "Where the site listens: address:port, or address:port:host where the protocol names its host. * stands for all addresses of the machine. Two sites cannot have the same binding.",
  }),
  secureBindings: setting(list(secureBinding, { max: 256 }), {
    fallback: [],
    since: "0.1",
    applies: "live",
    iis: { name: "SecureBindings", id: 2021 },
    doc: "Where the site listens for connections that begin with TLS, as port 443, 465, 563 or 990, in the form of bindings. The host is the one that the client names in its handshake, so several sites may share an address and port in every service.",
  }),
  autoStart: setting(flag, {
    fallback: true,
    since: "0.1",
    applies: "server-restart",
    iis: { name: "ServerAutoStart", id: 1017 },
    doc: "Whether the site starts with its service; looked at when the service starts. A site that is off can be started by hand until then.",
  }),
  title: setting(text({ max: 200 }), {
    fallback: "",
    since: "0.1",
    applies: "live",
    iis: { name: "ServerComment", id: 1015 },
    doc: "A name for people, which status shows.",
  }),
});

export type SiteSettings = ReturnType<typeof siteSettings>;
export type SiteValues = Values<Section<SiteSettings>>;

/** How the supervisor treats the service as a whole. */
export const serviceSettings = {
  ...inheritedSettings,
  enabled: setting(flag, {
    fallback: true,
    since: "0.1",
    applies: "live",
    doc: "Whether the service starts with the server. Turning it on or off takes effect at once.",
  }),
  workers: setting(whole({ min: 1, max: 64 }), {
    fallback: 1,
    since: "0.1",
    applies: "live",
    doc: "Processes that share the listening sockets of the service.",
  }),
  startTimeout: setting(duration({ min: "1s", max: "1h" }), {
    fallback: "30s",
    since: "0.1",
    applies: "live",
    doc: "A worker that starts is given up when it reports no progress for this long. A large configuration that is being opened is progress.",
  }),
  drainTimeout: setting(duration({ min: "0s", max: "1d" }), {
    fallback: "30s",
    since: "0.1",
    applies: "live",
    doc: "How long a worker that is stopped or replaced may finish its connections before they are cut.",
  }),
};
