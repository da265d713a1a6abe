// `inetsrv www app|dir add|list|remove`: applications and directories below a web site, which have folders and settings of their
// own. A directory belongs to the deepest application that its path goes through.
import { encodeName } from "../../metabase/tree/path.ts";
import { type DirectoryOutline, isApplication } from "../../proto/http/site-outline.ts";
import { path } from "../../schema/kinds/place.ts";
import { refusal } from "../../supervisor/operation.ts";
import type { WebsiteAnswer } from "../../supervisor/operations/website-answers.ts";
import { answerOf, askOnce } from "../context.ts";
import { maybe, once, type Verb, value, verb } from "../verb.ts";
import { directoryTable } from "../views/website-view.ts";
import { change, changeExits, changeFlags, changeParameters } from "./change.ts";
import { oneSite, site } from "./www-site.ts";

interface Row {
  readonly word: "app" | "dir";
  readonly one: string;
  readonly many: string;
  readonly example: string;
  isOne(directory: DirectoryOutline): boolean;
  /** The node of a new one. */
  nodeIn(site: WebsiteAnswer, url: string): string;
}

const rows: readonly Row[] = [
  {
    word: "app",
    one: "application",
    many: "applications",
    example: "shop",
    isOne: isApplication,
    nodeIn: (site, url) => `${site.path}/applications/${encodeName(url.slice(1))}`,
  },
  {
    word: "dir",
    one: "directory",
    many: "directories",
    example: "shop/images",
    isOne: (directory) => !isApplication(directory),
    nodeIn(site, url) {
      const above = site.directories.filter((it) => isApplication(it) && isBelow(it.url, url));
      const deepest = above.toSorted((one, other) => other.url.length - one.url.length)[0];
      const name = url.slice((deepest?.url.length ?? 0) + 1);
      return `${deepest?.path ?? site.path}/directories/${encodeName(name)}`;
    },
  },
];

const isBelow = (above: string, url: string): boolean => url.toLowerCase().startsWith(`${above.toLowerCase()}/`);

/** With one slash in front and none behind. */
const urlOf = (typed: string): string => `/${typed.replace(/^\/+|\/+$/g, "")}`;

const takes = { ...oneSite, url: once("PATH", "Its path as a browser shows it, such as shop or 2026/images.") };

const add = ({ word, one, example, nodeIn }: Row): Verb =>
  verb({
    words: `www ${word} add`,
    group: "Web",
    summary: `Add ${one === "application" ? "an application" : "a directory"} below a web site.`,
    doc:
      "Without --path its files lie where the path leads in the folder above, and only its settings are its own: " +
      "`inetsrv config set` with the node that is shown. The folder is not made.",
    takes,
    flags: {
      path: value("FOLDER", "Where its files lie, absolute or below the home.", { kind: path, completes: "file" }),
      ...changeFlags,
    },
    examples: [{ line: `inetsrv www ${word} add default ${example} --path /srv/${example}`, doc: "Its own folder." }],
    exits: changeExits,
    async run(context, given) {
      const found = await askOnce(context, "allowed", "website.list", { name: given.name });
      if (!found.ok) return found.error.code;
      const create = given.path === undefined ? {} : { path: given.path };
      const edits = found.value.map((it) => ({ at: nodeIn(it, urlOf(given.url)), create }));
      return change(context, "config.change", { edits, ...changeParameters(context, given) });
    },
  });

const remove = ({ word, one, example, isOne }: Row): Verb =>
  verb({
    words: `www ${word} remove`,
    group: "Web",
    summary: `Remove ${one === "application" ? "an application" : "a directory"} below a web site; its files stay.`,
    doc: "`inetsrv config revert` brings it back.",
    takes,
    flags: changeFlags,
    examples: [{ line: `inetsrv www ${word} remove default ${example}`, doc: `As \`www ${word} list\` shows it.` }],
    exits: changeExits,
    async run(context, given) {
      const found = await askOnce(context, "allowed", "website.list", { name: given.name });
      if (!found.ok) return found.error.code;
      const url = urlOf(given.url);
      const meant = found.value
        .flatMap(({ directories }) => directories.filter(isOne))
        .find((it) => isSame(it.url, url));
      if (meant === undefined)
        return context.out.refused(refusal("unknown", `The web site ${given.name} has no ${one} ${url}`));
      const edits = [{ at: meant.path, remove: true }];
      return change(context, "config.change", { edits, ...changeParameters(context, given) });
    },
  });

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const list = ({ word, many, isOne }: Row): Verb =>
  verb({
    words: `www ${word} list`,
    group: "Web",
    summary: `Show ${many} of web sites and their folders.`,
    takes: { name: maybe("SITE", "Only those of this web site.", { kind: site }) },
    flags: {},
    examples: [{ line: `inetsrv www ${word} list default`, doc: "Of one site." }],
    exits: ["refused"],
    run: (context, { name }) =>
      answerOf(context, "allowed", "website.list", { name }, (answer) => {
        const shown = answer.map((it) => ({ ...it, directories: it.directories.filter(isOne) }));
        const told = shown.flatMap((it) => it.directories.map((directory) => ({ site: it.name, ...directory })));
        context.out.show(told, () =>
          told.length === 0 ? [`There are no ${many}.`] : directoryTable(shown, context.out.width),
        );
      }),
  });

export const wwwDirectory: readonly Verb[] = rows.flatMap((row) => [list(row), add(row), remove(row)]);
