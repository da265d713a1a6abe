// The settings of the WWW service and of its sites, put together from those of connections and of directories. Definitions
// only.
import { reference } from "../schema/kinds/link.ts";
import { binding } from "../schema/kinds/network.ts";
import { path } from "../schema/kinds/place.ts";
import { flag, whole } from "../schema/kinds/plain.ts";
import { collection, section, setting, type Values } from "../schema/section.ts";
import { inheritedSettings, serviceSettings, siteSettings } from "../service/site-settings.ts";
import { fileCacheSection } from "./content/content-settings.ts";
import { directorySettings, siteCollections } from "./directories/directory-settings.ts";
import { engineSettings } from "./engine/engine-settings.ts";
import { http3Settings } from "./http3/http3-settings.ts";
import { secureSettings } from "./secure/secure-settings.ts";

const facts = { since: "0.1", applies: "live" } as const;

/** How a site reads the paths of requests, before it is known which directory they are in. */
const pathSettings = {
  maxUrlSegments: setting(whole({ min: 0, max: 16_384 }), {
    ...facts,
    fallback: 32,
    iis: "limits/maxUrlSegments",
    doc: "The largest number of names in the path of a request; more is 404.20.",
  }),
  windowsNames: setting(flag, {
    ...facts,
    fallback: false,
    doc: "Whether names are refused that on Windows stand for something else: devices such as NUL, short names, streams, names with a dot or a blank at their end. For sites whose rules were written there.",
  }),
  backslashSeparates: setting(flag, {
    ...facts,
    fallback: false,
    doc: "Whether a backslash, and an encoded slash, are taken for slashes, as IIS does; else a path that holds one is refused.",
  }),
};

const hostSettings = {
  defaultSite: setting(reference("www/sites"), {
    ...facts,
    fallback: null,
    doc: "The site that answers when a request names a host that no site has, whichever of the bindings it came to, or no host at all, as HTTP/1.0 may, where no site takes every host. It must exist, and is stated at the service. Without a value such requests are refused: 400, and under TLS 421.",
  }),
};

/** Stated for all sites at the service, or for one. */
const webSettings = {
  ...hostSettings,
  ...engineSettings,
  ...secureSettings,
  ...http3Settings,
  ...pathSettings,
  ...directorySettings,
};

export const wwwSite = section(
  "site",
  "A web site.",
  {
    ...siteSettings(binding),
    ...webSettings,
    path: setting(path, {
      ...facts,
      fallback: null,
      iis: { name: "Path", id: 3001 },
      doc: "Where the files of the site lie, below the home or absolute, and not among what the server keeps there for itself, such as keys. Without a value it is content/SITE.",
    }),
  },
  siteCollections,
);
export type WwwSiteValues = Values<typeof wwwSite>;

export const wwwSection = section(
  "www",
  "The WWW service: web sites.",
  {
    ...serviceSettings,
    ...inheritedSettings,
    ...webSettings,
    ...fileCacheSection.settings,
  },
  { sites: collection(wwwSite, { doc: "The web sites by name." }) },
);
