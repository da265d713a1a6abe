// Applications and virtual directories below a site: where their files lie, and what is treated otherwise there than in the
// rest of the site. Definitions only.
import { path } from "../../schema/kinds/place.ts";
import { type Collection, collection, type Section, section, setting, type Values } from "../../schema/section.ts";
import { admissionSettings } from "../admission/admission-settings.ts";
import { contentSettings } from "../content/content-settings.ts";
import { corsSettings } from "../cors/cors-settings.ts";
import { filterSettings } from "../filter/filter-settings.ts";
import { urlPath } from "./url-path.ts";

/** Stated at the service, a site, an application or a directory, for itself and all below on its path. */
export const directorySettings = { ...admissionSettings, ...filterSettings, ...corsSettings, ...contentSettings };

/** Of each kind of its own: the folder of an application is not that of the directories in it. */
const folder = () => ({
  path: setting(path, {
    fallback: null,
    since: "0.1",
    applies: "live",
    iis: { name: "Path", id: 3001 },
    doc: "Where its files lie, below the home or absolute. Without a value they lie where the path leads in the folder above, and only settings differ here.",
  }),
});

export const directorySection = section("directory", "A directory of a site, with a folder or settings of its own.", {
  ...directorySettings,
  ...folder(),
});
export type DirectoryValues = Values<Section<typeof directorySettings>>;

const directories: Collection<typeof directorySection> = collection(directorySection, {
  doc: "Directories by their path below the site or application, such as images or 2026/images. What one does not state is as in the directory or application above it on the path, such as 2026. What IIS called a virtual directory has a path of its own.",
  named: urlPath,
  max: 10_000,
});

const applicationSection = section(
  "application",
  "An application of a site: a directory that stands for itself, with directories of its own.",
  { ...directorySettings, ...folder() },
  { directories },
);

export const siteCollections = {
  directories,
  applications: collection(applicationSection, {
    doc: "Applications by their path below the site, such as shop.",
    named: urlPath,
    max: 10_000,
  }),
};
