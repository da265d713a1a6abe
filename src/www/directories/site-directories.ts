// The directories of a site out of its settings and the sections below it. Pure; whether a folder exists is asked later.
import { resolve } from "node:path";
import { folderNameOf, type Home, roomPath } from "../../base/home.ts";
import type { JsonObject } from "../../base/json.ts";
import { entriesBelow, type NodeSnapshot, ownValues } from "../../metabase/read/snapshot.ts";
import { encodeName } from "../../metabase/tree/path.ts";
import type { WwwSiteValues } from "../settings.ts";
import { directorySection } from "./directory-settings.ts";
import { type DirectoryPlan, DirectoryTable } from "./directory-table.ts";

export interface SiteSettings {
  readonly name: string;
  readonly path: string;
  readonly values: WwwSiteValues;
  readonly below: JsonObject;
}

export function siteDirectories(home: Home, { name, path: node, values, below }: SiteSettings): DirectoryTable {
  const folder = folderAt(home, values.path) ?? roomPath(home, "content", folderNameOf(name));
  const root = { url: "/", depth: 0, application: "/", node, folder, settings: values };
  const applications = entriesBelow(below, "applications").flatMap(([path, it]) => {
    const own = { node: `${node}/applications/${encodeName(path)}`, application: `/${path}` };
    const segments = path.split("/");
    return [plan(home, it, { ...own, segments }), ...directoriesIn(home, it.collections, { ...own, segments })];
  });
  const directories = directoriesIn(home, below, { node, application: "/", segments: [] });
  return new DirectoryTable(root, [...applications, ...directories]);
}

/** Where a node stands. */
type Standing = Pick<DirectoryPlan, "node" | "application" | "segments">;

const directoriesIn = (home: Home, below: JsonObject, above: Standing): readonly DirectoryPlan[] =>
  entriesBelow(below, "directories").map(([path, it]) =>
    plan(home, it, {
      node: `${above.node}/directories/${encodeName(path)}`,
      application: above.application,
      segments: [...above.segments, ...path.split("/")],
    }),
  );

function plan(home: Home, written: NodeSnapshot, standing: Standing): DirectoryPlan {
  const { path = null, ...own } = ownValues(directorySection, written);
  return { ...standing, folder: folderAt(home, path), own };
}

const folderAt = (home: Home, path: string | null): string | undefined =>
  path === null ? undefined : resolve(home.root, path);
