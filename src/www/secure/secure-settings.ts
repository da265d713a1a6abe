// What a web site does so that it is asked under TLS alone: HSTS, and the redirect of what comes in clear. Definitions only.
import { duration } from "../../schema/kinds/measure.ts";
import { flag } from "../../schema/kinds/plain.ts";
import { type Setting, setting } from "../../schema/section.ts";

const facts = { since: "0.1", applies: "live" } as const;

export const secureSettings = {
  hsts: setting(flag, {
    ...facts,
    fallback: false,
    iis: "hsts/enabled",
    doc: "Whether each answer under TLS tells browsers to come back under TLS only, for as long as hstsMaxAge (Strict-Transport-Security, RFC 6797). Browsers keep to it even when TLS does not work any more, and then reach nothing: begin with a short hstsMaxAge.",
  }),
  hstsMaxAge: setting(duration({ min: "0s", max: "3650d" }), {
    ...facts,
    fallback: "365d",
    iis: "hsts/max-age",
    doc: "For how long browsers keep to TLS, from each answer on. 0s makes them forget it at once, which is how hsts is given up.",
  }),
  hstsIncludeSubDomains: setting(flag, {
    ...facts,
    fallback: false,
    iis: "hsts/includeSubDomains",
    doc: "Whether hsts is meant for all names below the host too, whoever serves them.",
  }),
  hstsPreload: setting(flag, {
    ...facts,
    fallback: false,
    iis: "hsts/preload",
    doc: "Whether the host may be put on the list that browsers bring along. That list wants hstsIncludeSubDomains and a year of hstsMaxAge, and whoever is on it stays there for months.",
  }),
  redirectToHttps: setting(flag, {
    ...facts,
    fallback: false,
    iis: "hsts/redirectHttpToHttps",
    doc: "Whether requests in clear are sent to the same address under TLS, with the port of the one of secureBindings that has the host, and 443 where none has: by 301, and by 308 where the method is neither GET nor HEAD, so that it is kept. A request without a host is 403.4. It needs no hsts.",
  }),
};

type Settings = typeof secureSettings;
export type SecureValues = {
  readonly [Key in keyof Settings]: Settings[Key] extends Setting<infer T> ? T : never;
};
