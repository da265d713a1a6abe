// `inetsrv www site list|show|add|remove|start|stop`: web sites as a whole. What a site does with its requests is a matter of
// its settings.
import { sitePath } from "../../metabase/tree/path.ts";
import { list } from "../../schema/kinds/group.ts";
import { reference } from "../../schema/kinds/link.ts";
import { type Binding, binding, normalHostName, printBinding } from "../../schema/kinds/network.ts";
import { path } from "../../schema/kinds/place.ts";
import { confirmed } from "../confirmed.ts";
import { answerOf, ask, askOnce, type Context, withClient } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { count } from "../look/moment.ts";
import { many, once, toggle, type Verb, value, verb } from "../verb.ts";
import { folderLines, type WebsiteSeen, websiteLines, websiteTable } from "../views/website-view.ts";
import { changeExits, changeFlags, changeLines, changeParameters } from "./change.ts";
import { changeLife, type LifeRow, lifeExits, lifeFlags, lifeRows } from "./lifecycle.ts";

export const WEB = "www";
export const site = reference("www/sites");
export const oneSite = { name: once("SITE", "The web site.", { kind: site }) };

const bindings = list(binding, { max: 256 });

const listSites = verb({
  words: "www site list",
  group: "Web",
  summary: "Show web sites, where they listen and where their files lie.",
  takes: {},
  flags: {},
  examples: [{ line: "inetsrv www site list", doc: "All of them; their states where a server runs." }],
  exits: ["refused"],
  run: (context) => seen(context, undefined, (sites) => websiteTable(sites, context.out.width)),
});

const show = verb({
  words: "www site show",
  group: "Web",
  summary: "Show one web site with what lies below it.",
  takes: oneSite,
  flags: {},
  examples: [
    { line: "inetsrv www site show default", doc: "`inetsrv config show www/sites/default` shows its settings." },
  ],
  exits: ["refused"],
  run: (context, { name }) =>
    seen(context, name, (sites) => sites.flatMap((it) => websiteLines(it, context.out.width))),
});

/** The sites as they are written, with their states where a server runs. */
const seen = (
  context: Context,
  name: string | undefined,
  lines: (sites: readonly WebsiteSeen[]) => ReturnType<typeof websiteTable>,
): Promise<number> =>
  withClient(context, "allowed", async (client) => {
    const { out } = context;
    const sites = await ask(client, "website.list", { name });
    if (!sites.ok) return out.refused(sites.error);
    const status = client.online ? await ask(client, "status.show") : undefined;
    const running = status?.ok ? status.value.services.find((it) => it.name === WEB)?.sites : undefined;
    const all = sites.value.map((it) => {
      const { state = null } = running?.find((other) => other.name === it.name) ?? {};
      return { ...it, state };
    });
    out.show(name === undefined ? all : (all[0] ?? null), () => lines(all));
    return exitCodes.done;
  });

const add = verb({
  words: "www site add",
  group: "Web",
  summary: "Add a web site.",
  doc:
    "A site whose name is a host name listens for it on port 80, unless it is said where. Hosts may be international " +
    "names, or *.example.org for all names below one; an exact name comes before those, and a site without a host takes " +
    "the rest of its address and port.\n" +
    "The folder is made where it lies below the home and is not there yet, with a first page. A binding that another " +
    "site has is refused.",
  takes: { name: once("NAME", "A name of your choice, such as the host name.") },
  flags: {
    path: value("FOLDER", "Where its files lie, absolute or below the home; content/NAME without it.", {
      kind: path,
      completes: "file",
    }),
    bind: value("LIST", "Where it listens in clear, such as *:80:www.example.org.", { kind: bindings }),
    bindTls: value("LIST", "Where it listens for TLS, such as *:443:www.example.org.", { kind: bindings }),
    ...changeFlags,
  },
  examples: [
    { line: "inetsrv www site add www.example.org", doc: "On port 80 of every address, with its files in the home." },
    {
      line: 'inetsrv www site add shop --path /srv/shop --bind "*:80:shop.example" --bind-tls "*:443:shop.example"',
      doc: "In clear and with TLS; the certificate is the one that is made for the host.",
    },
  ],
  exits: changeExits,
  async run(context, given) {
    const { name } = given;
    const clear = given.bind ?? (given.bindTls === undefined ? usualBindings(name) : undefined);
    if (clear === undefined && given.bindTls === undefined)
      return context.out.misused(
        `${name} is no host name, and nothing says where the site listens`,
        "Say it: --bind '*:80:www.example.org'",
      );
    const parameters = {
      name,
      path: given.path,
      bindings: clear?.map(printBinding),
      secureBindings: given.bindTls?.map(printBinding),
      ...changeParameters(context, given),
    };
    return answerOf(context, "allowed", "website.add", parameters, (answer) =>
      context.out.show(answer, () => [...changeLines(context, answer), ...folderLines(answer)]),
    );
  },
});

function usualBindings(name: string): readonly Binding[] | undefined {
  const host = normalHostName(name, true);
  return host?.includes(".") ? [{ address: "*", port: 80, host }] : undefined;
}

const remove = verb({
  words: "www site remove",
  group: "Web",
  summary: "Remove a web site; its files stay.",
  doc: "With it go its settings, applications and directories. `inetsrv config revert` brings them back.",
  takes: oneSite,
  flags: { yes: toggle("Do it without asking."), ...changeFlags },
  examples: [
    { line: "inetsrv www site remove shop", doc: "Asks before it does so." },
    { line: "inetsrv www site remove shop --dry-run", doc: "Shows what would go." },
  ],
  exits: [...changeExits, "interrupted"],
  async run(context, given) {
    const { name } = given;
    const found = await askOnce(context, "allowed", "website.list", { name });
    if (!found.ok) return found.error.code;
    const [{ folder = "", path: at = sitePath(WEB, name), directories = [] } = {}] = found.value;
    if (!given.yes && !given.dryRun) {
      const below = directories.length === 0 ? "" : ` with ${count(directories.length, "directory", "directories")}`;
      const question = `Remove the web site ${name}${below}?`;
      const end = await confirmed(context, `remove the web site ${name}`, {
        question,
        declined: `The web site ${name} stays.`,
      });
      if (end !== undefined) return end;
    }
    const parameters = { edits: [{ at, remove: true }], ...changeParameters(context, given) };
    return answerOf(context, "allowed", "config.change", parameters, (answer) =>
      context.out.show({ ...answer, folder }, () => [
        ...changeLines(context, answer),
        `What lies in ${folder} stays, and so do its access logs.`,
      ]),
    );
  },
});

const life = (row: LifeRow): Verb =>
  verb({
    words: `www site ${row.word}`,
    group: "Web",
    summary: row.word === "start" ? "Start web sites." : "Stop web sites after their connections.",
    takes: { names: many("SITE", "The web sites.", { kind: site }) },
    flags: lifeFlags,
    examples: [{ line: `inetsrv www site ${row.word} shop`, doc: `\`inetsrv ${row.word} www/shop\` does the same.` }],
    exits: lifeExits,
    run: (context, { names, waitLimit }) =>
      changeLife(
        context,
        row,
        names.map((it) => `${WEB}/${it}`),
        waitLimit,
      ),
  });

const lives = lifeRows.filter(({ word }) => word === "start" || word === "stop").map(life);

export const wwwSite: readonly Verb[] = [listSites, show, add, remove, ...lives];
