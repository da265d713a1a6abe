// Which settings name which entries, kept so that one change asks only for what it touches: no setting names an entry
// that is not there, and no entry goes while it is named.
import { didYouMean } from "../../base/nearest.ts";
import { type Problem, problem } from "../../schema/decode.ts";
import type { Link } from "../../schema/kind.ts";
import type { Model } from "../../schema/section.ts";
import type { NodeDifference } from "../tree/node.ts";
import { encodeName, nameOf } from "../tree/path.ts";
import type { View } from "../tree/view.ts";
import { type Said, said } from "./said.ts";

export class References {
  private readonly model: Model;
  /** The settings that name an entry, by the path of the entry. */
  private readonly byTarget = new Map<string, Set<string>>();

  constructor(model: Model) {
    this.model = model;
  }

  /** The settings that name the entry. */
  to(path: string): Iterable<string> {
    return this.byTarget.get(path) ?? [];
  }

  apply(differences: readonly NodeDifference[]): void {
    for (const { path, before } of differences)
      for (const { setting, what } of this.linksOf(path, before)) {
        const settings = this.byTarget.get(target(what));
        settings?.delete(setting);
        if (settings?.size === 0) this.byTarget.delete(target(what));
      }
    for (const { path, after } of differences)
      for (const { setting, what } of this.linksOf(path, after)) {
        const settings = this.byTarget.get(target(what));
        if (settings === undefined) this.byTarget.set(target(what), new Set([setting]));
        else settings.add(setting);
      }
  }

  /** `view` is the tree with the differences in it. */
  check(view: View, differences: readonly NodeDifference[]): readonly Problem[] {
    const changed = new Set(differences.map((it) => it.path));
    return differences.flatMap(({ path, after }) =>
      after === null ? this.orphans(path, changed) : this.dangling(view, path, after),
    );
  }

  private dangling(view: View, path: string, after: NodeDifference["after"]): readonly Problem[] {
    return this.linksOf(path, after)
      .filter(({ what }) => view.own(target(what)) === undefined)
      .map(({ setting, what: { collection, name } }) => {
        const names = [...view.entries(collection)].slice(0, COMPARED_MAX).map(nameOf);
        return problem(setting, name, `the name of an entry of ${collection}${didYouMean(name, names)}`);
      });
  }

  private orphans(path: string, changed: ReadonlySet<string>): readonly Problem[] {
    const staying = [...this.to(path)].filter((it) => !changed.has(it.slice(0, it.lastIndexOf("/"))));
    if (staying.length === 0) return [];
    const more = staying.length > NAMED_MAX ? ` and ${staying.length - NAMED_MAX} more` : "";
    return [problem(path, null, `to stay, as it is named by ${staying.slice(0, NAMED_MAX).join(", ")}${more}`)];
  }

  private linksOf(path: string, own: NodeDifference["after"]): readonly Said<Link>[] {
    return own === null ? [] : said(this.model, path, own, (kind, value) => kind.links?.(value));
  }
}

const target = ({ collection, name }: Link): string => `${collection}/${encodeName(name)}`;

const NAMED_MAX = 10;
const COMPARED_MAX = 10_000;
