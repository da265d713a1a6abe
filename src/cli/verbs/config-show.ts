// `inetsrv config get|show|describe|schema`: what is configured, where it comes from, and what can be configured.
import { encodeName, locate, type Spot } from "../../metabase/tree/path.ts";
import { modelSchema } from "../../schema/json-schema.ts";
import type { Model } from "../../schema/section.ts";
import { unknownPath } from "../assignment.ts";
import { answerOf } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { maybe, once, type Verb, value, verb } from "../verb.ts";
import { descriptionLines, descriptionOf } from "../views/description-view.ts";
import { shownValue } from "../views/difference-view.ts";
import { nodeLines } from "../views/node-view.ts";
import { revisionNumber } from "./change.ts";

const get = verb({
  words: "config get",
  group: "Configuration",
  summary: "Print one value, as a script wants it.",
  doc: "Where it comes from is told by `config show`, and with --json.",
  takes: { path: once("PATH", "The path of a setting.", { completes: "setting" }) },
  flags: {},
  examples: [
    { line: "inetsrv config get smtp/sites/default/idleTimeout", doc: "Prints 10m: own, inherited or default." },
  ],
  exits: ["refused"],
  run: (context, { path }) =>
    answerOf(context, "allowed", "config.get", { path }, (answer) =>
      context.out.show(answer, () => [shownValue(answer.value)]),
    ),
});

const show = verb({
  words: "config show",
  group: "Configuration",
  summary: "Show settings, their values, and where these come from.",
  takes: {
    path: maybe("PATH", "A node, a collection or a setting; all sections when left out.", { completes: "path" }),
  },
  flags: { at: value("N", "As it was at revision N.", { kind: revisionNumber }) },
  examples: [
    { line: "inetsrv config show smtp/sites/default", doc: "Every setting of the site, inherited ones too." },
    { line: "inetsrv config show smtp --at 12", doc: "The same at revision 12." },
  ],
  exits: ["refused"],
  run(context, { path = "", at }) {
    const { program, out } = context;
    const spot = path === "" ? undefined : locate(program.model, path);
    if (spot?.ok === false) return Promise.resolve(unknownPath(context, spot.error));
    const node = spot === undefined ? "" : nodeOf(spot.value);
    return answerOf(context, "allowed", "config.show", { path: node, at }, (answer) => {
      if (spot?.value.is === "collection") {
        const { path: collection } = spot.value.place;
        const entries = answer.below[collection.slice(node.length + 1)] ?? [];
        out.show(entries, () => entries.map((it) => `${collection}/${encodeName(it)}`));
      } else {
        const only =
          spot?.value.is === "setting"
            ? { ...answer, values: answer.values.filter((it) => it.path === spot.value.place.path), below: {} }
            : answer;
        out.show(only, () => nodeLines(only, out.width));
      }
    });
  },
});

const nodeOf = (spot: Spot): string => (spot.is === "node" ? spot.place.path : spot.place.of.path);

const describe = verb({
  words: "config describe",
  group: "Configuration",
  summary: "Tell what a setting is for, what it takes, its default.",
  takes: {
    path: maybe("PATH", "A section, a collection or a setting; all sections when left out.", { completes: "path" }),
  },
  flags: {},
  examples: [{ line: "inetsrv config describe smtp/sites/default/bindings", doc: "It needs no server and no home." }],
  exits: ["refused"],
  async run(context, { path }) {
    const { program, out } = context;
    const spot = path === undefined ? undefined : locateAny(program.model, path);
    if (spot?.ok === false) return unknownPath(context, spot.error);
    const description = descriptionOf(program.model, spot?.value);
    out.show(description, () => descriptionLines(description, out.proseWidth));
    return exitCodes.done;
  },
});

/** Also the paths of the manual, where `<name>` stands for an entry. */
const locateAny = (model: Model, path: string) => locate(model, path.replaceAll("<name>", "name"));

const schema = verb({
  words: "config schema",
  group: "Configuration",
  summary: "Print the JSON Schema of the configuration.",
  takes: {},
  flags: {},
  examples: [
    { line: "inetsrv config schema > inetsrv.schema.json", doc: "For editors that check a file while it is typed." },
  ],
  exits: [],
  async run({ program, out }) {
    out.data(modelSchema(program.model));
    return exitCodes.done;
  },
});

export const configShow: readonly Verb[] = [get, show, describe, schema];
