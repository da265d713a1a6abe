// A site as it is written, read as its settings, and as the outline that operators see. Pure; no folder is looked at.
import type { Home } from "../../base/home.ts";
import type { SiteOutline } from "../../proto/http/site-outline.ts";
import type { SiteWritten } from "../../proto/http/url-question.ts";
import { decodeOwn } from "../../schema/decode.ts";
import { printBinding } from "../../schema/kinds/network.ts";
import { valuesOf } from "../../schema/resolve.ts";
import { wwwSite } from "../settings.ts";
import { type SiteSettings, siteDirectories } from "./site-directories.ts";

export function readWritten({ name, path, values, below }: SiteWritten): SiteSettings {
  const { own } = decodeOwn(wwwSite, values, path);
  return { name, path, below, values: valuesOf(wwwSite, [{ path, section: wwwSite, own }]) };
}

export function siteOutline(home: Home, written: SiteWritten): SiteOutline {
  const site = readWritten(written);
  const { root, all } = siteDirectories(home, site);
  const { title, bindings, secureBindings } = site.values;
  return {
    name: site.name,
    path: site.path,
    title,
    bindings: bindings.map(printBinding),
    secureBindings: secureBindings.map(printBinding),
    folder: root.folder,
    directories: all
      .map(({ url, application, node, folder }) => ({ url, application, path: node, folder }))
      .toSorted((one, other) => (one.url < other.url ? -1 : 1)),
  };
}
