// Every verb of the command, its flags and its exit codes. Pure.
import { globalFlags } from "../../src/cli/command-line.ts";
import { allExits, commonExits, exitRow } from "../../src/cli/exit-code.ts";
import { flagRows, usageOf } from "../../src/cli/help.ts";
import { groups, type Verb } from "../../src/cli/verb.ts";
import { block, code, page, prose, table } from "./markdown.ts";

export function commandsPage(verbs: readonly Verb[]): string {
  const shown = verbs.filter((it) => it.hidden === undefined);
  return page("Commands", [
    "The same is told by `inetsrv help VERB`.",
    "## Flags of all verbs",
    pairs(flagRows(globalFlags)),
    "## Exit codes",
    table(
      ["code", "meaning"],
      allExits.map((name) => [String(exitRow(name).code), exitRow(name).doc]),
    ),
    ...groups.flatMap((group) => [`## ${group}`, ...shown.filter((it) => it.group === group).flatMap(verbParts)]),
  ]);
}

function verbParts(verb: Verb): readonly string[] {
  const { words, summary, doc, takes, flags, examples, exits } = verb;
  const codes = [...commonExits, ...exits].map((name) => String(exitRow(name).code));
  return [
    `### ${code(`inetsrv ${words}`)}`,
    block(usageOf(verb)),
    prose(summary),
    ...(doc === undefined ? [] : doc.split("\n").map(prose)),
    pairs([...Object.values(takes).map((it) => [it.shown, it.doc] as const), ...flagRows(flags)]),
    ...examples.map((it) => `${block(it.line, "sh")}\n${prose(it.doc)}`),
    `Exit codes: ${codes.join(", ")}.`,
  ];
}

const pairs = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([term, doc]) => `- ${code(term)}: ${prose(doc)}`).join("\n");
