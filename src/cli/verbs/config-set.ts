// `inetsrv config set|unset|create|remove`: changes of single settings and entries, each command one transaction.
import { locateNode, locateSetting } from "../../metabase/tree/path.ts";
import { misassigned, readKeys, readPairs, settingsByNode, unknownPath } from "../assignment.ts";
import { any, many, once, type Verb, verb } from "../verb.ts";
import { change, changeExits, changeFlags, changeParameters } from "./change.ts";

const set = verb({
  words: "config set",
  group: "Configuration",
  summary: "Set settings, all of them or none.",
  doc:
    "A value is typed as it is meant: 10m, 32MiB, true, or a,b,c for a list; JSON is understood too.\n" +
    "The path of a secret has no value behind it: it is asked for without being shown, or read from standard input.",
  takes: {
    pairs: many("PATH VALUE", "The path of a setting and its value; as many as are wanted.", { completes: "pairs" }),
  },
  flags: changeFlags,
  examples: [
    { line: "inetsrv config set smtp/sites/default/idleTimeout 5m", doc: "One setting." },
    {
      line: 'inetsrv config set smtp/idleTimeout 5m www/idleTimeout 2m --why "fewer idle connections"',
      doc: "Two settings in one revision, with the reason.",
    },
    {
      line: "inetsrv config set smtp/sites/default/bindings :25,:587 --confirm-within 60s",
      doc: "A list; the change is taken back unless `inetsrv config confirm` follows within a minute.",
    },
  ],
  exits: [...changeExits, "interrupted"],
  async run(context, given) {
    const read = readPairs(context.program.model, given.pairs);
    if (!read.ok) return misassigned(context, read.error, "config set");
    const byNode = await settingsByNode(context, read.value);
    if (!byNode.ok) return byNode.error;
    const edits = [...byNode.value].map(([at, settings]) => ({ at, set: settings }));
    return change(context, "config.change", { edits, ...changeParameters(context, given) });
  },
});

const unset = verb({
  words: "config unset",
  group: "Configuration",
  summary: "Take settings back to what they inherit or default to.",
  takes: { paths: many("PATH", "The path of a setting.", { completes: "setting" }) },
  flags: changeFlags,
  examples: [
    { line: "inetsrv config unset smtp/sites/default/idleTimeout", doc: "The site follows smtp/idleTimeout again." },
  ],
  exits: changeExits,
  async run(context, given) {
    const byNode = new Map<string, Record<string, null>>();
    for (const path of given.paths) {
      const place = locateSetting(context.program.model, path);
      if (!place.ok) return unknownPath(context, place.error);
      const { of, key } = place.value;
      byNode.set(of.path, { ...byNode.get(of.path), [key]: null });
    }
    const edits = [...byNode].map(([at, settings]) => ({ at, set: settings }));
    return change(context, "config.change", { edits, ...changeParameters(context, given) });
  },
});

const create = verb({
  words: "config create",
  group: "Configuration",
  summary: "Create an entry, such as a site, with its settings.",
  doc: "A secret is named without =value: it is asked for without being shown, or read from standard input.",
  takes: {
    node: once("NODE", "The path of the new entry.", { completes: "node" }),
    settings: any("KEY=VALUE", "Its settings; the value as in `config set`.", { completes: "assignments" }),
  },
  flags: changeFlags,
  examples: [
    { line: "inetsrv config create smtp/sites/second bindings=:2526", doc: "A second SMTP site on port 2526." },
  ],
  exits: [...changeExits, "interrupted"],
  async run(context, given) {
    const place = locateNode(context.program.model, given.node);
    if (!place.ok) return unknownPath(context, place.error);
    const { path } = place.value;
    const read = readKeys(context.program.model, path, given.settings);
    if (!read.ok) return misassigned(context, read.error, "config create");
    const byNode = await settingsByNode(context, read.value);
    if (!byNode.ok) return byNode.error;
    const edits = [{ at: path, create: byNode.value.get(path) ?? {} }];
    return change(context, "config.change", { edits, ...changeParameters(context, given) });
  },
});

const remove = verb({
  words: "config remove",
  group: "Configuration",
  summary: "Remove entries with all that lies below them.",
  takes: { nodes: many("NODE", "The path of an entry.", { completes: "node" }) },
  flags: changeFlags,
  examples: [
    { line: "inetsrv config remove smtp/sites/second --dry-run", doc: "Shows what would go; nothing is removed." },
  ],
  exits: changeExits,
  run(context, given) {
    const edits = given.nodes.map((at) => ({ at, remove: true }));
    return change(context, "config.change", { edits, ...changeParameters(context, given) });
  },
});

export const configSet: readonly Verb[] = [set, unset, create, remove];
