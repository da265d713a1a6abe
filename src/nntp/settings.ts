// The settings of the NNTP service and of its sites. Definitions only.

import { hostlessBinding } from "../schema/kinds/network.ts";
import { collection, section } from "../schema/section.ts";
import { inheritedSettings, serviceSettings, siteSettings } from "../service/site-settings.ts";

export const nntpSite = section("site", "An NNTP site: what IIS called an NNTP virtual server.", {
  ...siteSettings(hostlessBinding),
});

export const nntpSection = section(
  "nntp",
  "The NNTP service: newsgroups.",
  { ...serviceSettings, ...inheritedSettings },
  { sites: collection(nntpSite, { doc: "The NNTP sites by name." }) },
);
