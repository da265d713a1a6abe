// The settings of the FTP service and of its sites. Definitions only.

import { binding } from "../schema/kinds/network.ts";
import { text } from "../schema/kinds/plain.ts";
import { collection, section, setting } from "../schema/section.ts";
import { inheritedSettings, serviceSettings, siteSettings } from "../service/site-settings.ts";

const fileSettings = {
  greeting: setting(text({ max: 500 }), {
    fallback: "inetsrv FTP service",
    since: "0.1",
    applies: "new-connections",
    iis: "BannerMessage",
    doc: "The words of the first reply.",
  }),
};

export const ftpSite = section("site", "An FTP site.", { ...siteSettings(binding), ...fileSettings });

export const ftpSection = section(
  "ftp",
  "The FTP service: file drop and pick-up.",
  { ...serviceSettings, ...inheritedSettings, ...fileSettings },
  { sites: collection(ftpSite, { doc: "The FTP sites by name." }) },
);
