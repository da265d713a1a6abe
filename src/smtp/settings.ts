// The settings of the SMTP service and of its sites, put together from those of taking and of delivering mail.
// Definitions only.
import { secret } from "../schema/kinds/link.ts";
import { hostlessBinding, hostName } from "../schema/kinds/network.ts";
import { text } from "../schema/kinds/plain.ts";
import { collection, section, setting, type Values } from "../schema/section.ts";
import { inheritedSettings, serviceSettings, siteSettings } from "../service/site-settings.ts";
import { acceptSettings } from "./accept/accept-settings.ts";
import { domainCollection } from "./accept/domain-section.ts";

/** Stated for all sites at the service, or for one. */
const mailSettings = {
  ...acceptSettings,
  smartHost: setting(hostName(), {
    fallback: null,
    since: "0.1",
    applies: "new-connections",
    iis: { name: "SmartHost", id: 36906 },
    doc: "The host to which mail for other domains is handed. Kept and checked; this version does not deliver yet.",
  }),
  smartHostUser: setting(text({ max: 255 }), {
    fallback: "",
    since: "0.1",
    applies: "new-connections",
    iis: { name: "RouteUserName", id: 36948 },
    doc: "The user name with which the smart host is logged in to.",
  }),
  smartHostPassword: setting(secret, {
    fallback: null,
    since: "0.1",
    applies: "new-connections",
    iis: { name: "RoutePassword", id: 36949 },
    doc: "The password for the smart host. Kept sealed; a site that cannot open it serves all the same and says so.",
  }),
};

export const smtpSite = section(
  "site",
  "An SMTP site: what IIS called an SMTP virtual server.",
  { ...siteSettings(hostlessBinding), ...mailSettings },
  { domains: domainCollection },
);
export type SmtpSiteValues = Values<typeof smtpSite>;

export const smtpSection = section(
  "smtp",
  "The SMTP service: takes mail and hands it on.",
  { ...serviceSettings, ...inheritedSettings, ...mailSettings },
  { sites: collection(smtpSite, { doc: "The SMTP sites by name." }) },
);
