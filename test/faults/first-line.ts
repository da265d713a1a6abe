// What a person sees first of a fault: the first line that is loud enough, whom it names, and the article that it leads to,
// found as the program finds it. Only for tests.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expectGood } from "../../src/base/result.ts";
import { type Level, levels } from "../../src/event/event.ts";
import { readKnowledge } from "../../src/event/knowledge.ts";
import { decodeLine, type LogRecord } from "../../src/event/log-record.ts";
import { house } from "../../src/house.ts";
import { root } from "../../tools/source.ts";
import type { Rig } from "./rig.ts";

export interface FirstLine {
  /** With the name of its object, which is shown before the sentence where it is not in it. */
  readonly text: string;
  readonly article: string | undefined;
}

const folder = join(root, "knowledge");
const texts = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const knowledge = expectGood(readKnowledge(texts, house.catalogue));

/** The number of the last event in the log. */
export const lastSeq = (rig: Rig): number => Math.max(0, ...records(rig).map(({ seq }) => seq));

/** The first one since the event with that number that is at least so loud; undefined as long as there is none. */
export function firstLine(rig: Rig, since: number, level: Level): FirstLine | undefined {
  if (rig.said !== undefined) return pasted(rig.said);
  const record = records(rig).find((it) => it.seq > since && isLoud(it.level, level));
  if (record !== undefined) {
    const { number, object, sentence } = record;
    return { text: `${object.kind} ${object.name}: ${sentence}`, article: house.catalogue.get(number)?.row.article };
  }
  if (!rig.isUp) return pasted(rig.server.err);
  const shown = new RegExp(`^\\S+ (${levels.filter((it) => isLoud(it, level)).join("|")}) +\\S+ +`);
  const line = rig.server.err.split("\n").find((it) => shown.test(it.trim()));
  return line === undefined ? undefined : pasted(line.trim().replace(shown, ""));
}

const isLoud = (given: Level, wanted: Level): boolean => levels.indexOf(given) <= levels.indexOf(wanted);

/** As somebody has it who copies what a command says. */
function pasted(said: string): FirstLine | undefined {
  const text = said.trim().replaceAll(/\s+/g, " ");
  if (text === "") return undefined;
  return { text, article: knowledge.find(text)[0]?.article.slug };
}

function records(rig: Rig): readonly LogRecord[] {
  try {
    const lines = readFileSync(rig.path("logs", "events.jsonl"), "utf8").split("\n");
    return lines.map(decodeLine).filter((it) => it !== undefined);
  } catch {
    return []; // it may be what is broken
  }
}
