// Where the secrets stand that lie below a site, such as the password of a route. Pure: paths only, no secret is looked at.
import type { NodeSnapshot } from "../metabase/read/snapshot.ts";
import { encodeName } from "../metabase/tree/path.ts";
import type { Section } from "../schema/section.ts";

export interface SecretPlace {
  /** As the site asks for it: "routes/acme/password". */
  readonly asked: string;
  /** Of the setting that may hold it. */
  readonly path: string;
}

export function* secretsBelow(
  section: Section,
  { collections }: Pick<NodeSnapshot, "collections">,
  at: { readonly path: string; readonly asked?: string },
): Generator<SecretPlace> {
  const { path, asked = "" } = at;
  for (const [key, { section: entry }] of Object.entries(section.collections))
    for (const [name, node] of Object.entries(collections[key] ?? {})) {
      const below = { path: `${path}/${key}/${encodeName(name)}`, asked: `${asked}${key}/${name}/` };
      for (const [setting, { kind }] of Object.entries(entry.settings))
        if (kind.secret !== undefined) yield { asked: below.asked + setting, path: `${below.path}/${setting}` };
      yield* secretsBelow(entry, node, below);
    }
}
