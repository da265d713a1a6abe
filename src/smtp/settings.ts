// The settings of the SMTP service and of its sites, put together from those of taking and delivering mail, of its
// folders and of the queue. Definitions only.
import { hostlessBinding } from "../schema/kinds/network.ts";
import { collection, section, type Values } from "../schema/section.ts";
import { inheritedSettings, serviceSettings, siteSettings } from "../service/site-settings.ts";
import { acceptSettings } from "./accept/accept-settings.ts";
import { domainCollection } from "./accept/domain-section.ts";
import { deliverSettings } from "./deliver/deliver-settings.ts";
import { routes } from "./deliver/route-settings.ts";
import { folderSettings } from "./folders/folder-settings.ts";
import { queueSection } from "./queue-settings.ts";

/** Stated for all sites at the service, or for one. */
const mailSettings = { ...acceptSettings, ...deliverSettings };

export const smtpSite = section(
  "site",
  "An SMTP site: what IIS called an SMTP virtual server.",
  { ...siteSettings(hostlessBinding), ...mailSettings, ...folderSettings },
  { domains: domainCollection, routes },
);
export type SmtpSiteValues = Values<typeof smtpSite>;

export const smtpSection = section(
  "smtp",
  "The SMTP service: takes mail and hands it on.",
  { ...serviceSettings, ...inheritedSettings, ...mailSettings, ...queueSection.settings },
  { sites: collection(smtpSite, { doc: "The SMTP sites by name." }) },
);
