// The settings of the WWW service and of its sites. Definitions only.

import { reference } from "../schema/kinds/link.ts";
import { binding } from "../schema/kinds/network.ts";
import { collection, section, setting } from "../schema/section.ts";
import { inheritedSettings, serviceSettings, siteSettings } from "../service/site-settings.ts";

export const wwwSite = section("site", "A web site.", { ...siteSettings(binding) });

export const wwwSection = section(
  "www",
  "The WWW service: web sites.",
  {
    ...serviceSettings,
    ...inheritedSettings,
    defaultSite: setting(reference("www/sites"), {
      fallback: null,
      since: "0.1",
      applies: "live",
      doc: "The site that is to answer when no binding fits the name that was asked for. It must exist. This version answers every name alike and keeps the setting for the web engine.",
    }),
  },
  { sites: collection(wwwSite, { doc: "The web sites by name." }) },
);
