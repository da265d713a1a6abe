// `inetsrv config history|revision|diff|revert|confirm`: what changed, when, by whom and why, and the way back.

import { localTime } from "../../base/local-time.ts";
import { whole } from "../../schema/kinds/plain.ts";
import type { RevisionSummary } from "../../supervisor/answers.ts";
import { answerOf, ask, withClient } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import type { Line } from "../look/line.ts";
import { toned } from "../look/line.ts";
import { type Column, tableLines } from "../look/table.ts";
import { maybe, once, type Verb, value, verb } from "../verb.ts";
import { differenceLines } from "../views/difference-view.ts";
import { change, changeExits, changeFlags, changeParameters, revisionNumber } from "./change.ts";

const HISTORY_LENGTH = 20;

const history = verb({
  words: "config history",
  group: "Configuration",
  summary: "List revisions, the newest first: when, who, why.",
  takes: { path: maybe("PATH", "Only revisions that changed this node or something below it.", { completes: "node" }) },
  flags: {
    last: value("N", `So many; otherwise ${HISTORY_LENGTH}.`, { kind: whole({ min: 1, max: 1000 }) }),
    before: value("N", "Only revisions before revision N.", { kind: revisionNumber }),
  },
  examples: [
    { line: "inetsrv config history", doc: "The last changes of everything." },
    { line: "inetsrv config history smtp/sites/default --last 5", doc: "The last five of one site." },
  ],
  exits: ["refused"],
  run: (context, { path, last: limit = HISTORY_LENGTH, before }) =>
    answerOf(context, "allowed", "config.history", { path, limit, before }, (revisions) =>
      context.out.show(revisions, () => historyLines(revisions, context.out.width)),
    ),
});

const columns: readonly Column[] = [
  { title: "Revision", align: "right" },
  { title: "When" },
  { title: "Who", yields: 2 },
  { title: "Kind" },
  { title: "Nodes", align: "right" },
  { title: "Why", yields: 1 },
];

export const historyLines = (revisions: readonly RevisionSummary[], width: number | undefined): readonly Line[] =>
  revisions.length === 0
    ? ["No revisions."]
    : tableLines(
        columns,
        revisions.map((it) => [String(it.revision), localTime(it.atMs), it.who, it.kind, String(it.changes), it.why]),
        width,
      );

const revision = verb({
  words: "config revision",
  group: "Configuration",
  summary: "Show what one revision changed.",
  takes: { revision: once("N", "Its number.", { kind: revisionNumber }) },
  flags: {},
  examples: [{ line: "inetsrv config revision 12", doc: "Who, when, why, and every setting that changed." }],
  exits: ["refused"],
  run: (context, given) =>
    answerOf(context, "allowed", "config.revision", { revision: given.revision }, (answer) =>
      context.out.show(answer, () => [
        ...historyLines([answer], context.out.width),
        "",
        ...differenceLines(answer.changed, context.out.width),
      ]),
    ),
});

const diff = verb({
  words: "config diff",
  group: "Configuration",
  summary: "Show what changed between two revisions.",
  takes: {
    from: once("A", "The earlier revision.", { kind: revisionNumber }),
    to: maybe("B", "The later one; otherwise the one in use.", { kind: revisionNumber }),
  },
  flags: {},
  examples: [
    { line: "inetsrv config diff 10 12", doc: "Lines with + are new, those with - gone, those with ~ changed." },
  ],
  exits: ["refused"],
  run: (context, { from, to }) =>
    withClient(context, "allowed", async (client) => {
      const { out } = context;
      const newest = to === undefined ? await ask(client, "config.history", { limit: 1 }) : undefined;
      if (newest?.ok === false) return out.refused(newest.error);
      const last = to ?? newest?.value[0]?.revision ?? from;
      const answer = await ask(client, "config.difference", { from, to: last });
      if (!answer.ok) return out.refused(answer.error);
      const same = [`Nothing differs between revision ${from} and ${last}.`];
      out.show(answer.value, () => (answer.value.length === 0 ? same : differenceLines(answer.value, out.width)));
      return exitCodes.done;
    }),
});

const revert = verb({
  words: "config revert",
  group: "Configuration",
  summary: "Bring back the configuration of a revision.",
  doc: "Without a number it takes back the last change, also one that waits to be confirmed.",
  takes: { revision: maybe("N", "The revision to go back to.", { kind: revisionNumber }) },
  flags: changeFlags,
  examples: [
    { line: "inetsrv config revert 12 --dry-run", doc: "Shows what would change; without --dry-run it does." },
    { line: "inetsrv config revert", doc: "Takes the last change back." },
  ],
  exits: changeExits,
  run: (context, given) =>
    change(context, "config.revert", { revision: given.revision, ...changeParameters(context, given) }),
});

const confirm = verb({
  words: "config confirm",
  group: "Configuration",
  summary: "Keep a change that was made with --confirm-within.",
  takes: {},
  flags: {},
  examples: [{ line: "inetsrv config confirm", doc: "The change stays; nothing is taken back any more." }],
  exits: ["refused", "conflict"],
  run: (context) =>
    answerOf(context, "allowed", "config.confirm", { who: context.world.user }, (answer) =>
      context.out.show(answer, () => [toned("good", `Revision ${answer.revision} stays.`)]),
    ),
});

export const configHistory: readonly Verb[] = [history, revision, diff, revert, confirm];
