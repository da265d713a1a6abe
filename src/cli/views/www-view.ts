// The answer of a web site as lines: each row that was looked at, where the files lie, and what the client would get. Lines only.
import type { UrlAnswer } from "../../proto/http/url-question.ts";
import { type Line, type Span, toned } from "../look/line.ts";
import { tableLines } from "../look/table.ts";

export function urlLines(answer: UrlAnswer, width: number | undefined): readonly Line[] {
  const { code, reason, served, site, application, directory, file, consulted } = answer;
  const columns = [{ title: "Row" }, { title: "Says" }, { title: "Because", yields: 1 }];
  const rows = consulted.map(({ row, says, because }): readonly Span[] => [row, tones[says](says), because]);
  const responsible = consulted.at(-1)?.setting ?? null;
  const places = { Site: site, Application: application, Directory: directory, File: file };
  return [
    ...tableLines(columns, rows, width),
    "",
    ...Object.entries(places).flatMap(([name, place]) => (place === null ? [] : [`${name.padEnd(12)} ${place}`])),
    ...(responsible === null ? [] : [`${"Setting".padEnd(12)} ${responsible}`]),
    "",
    [toned(served ? "good" : "bad", code), ` ${reason}`],
  ];
}

const tones = {
  answered: (text: string) => toned("good", text),
  refused: (text: string) => toned("bad", text),
  "goes on": (text: string) => toned("dim", text),
} as const;
