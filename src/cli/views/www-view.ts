// The answer of a web site as lines: each row that was looked at, where the files lie, and what the client would get. Lines only.
import type { UrlAnswer } from "../../proto/http/url-question.ts";
import { type Line, toned } from "../look/line.ts";
import { consultedLines } from "./consulted-view.ts";

export function urlLines(answer: UrlAnswer, width: number | undefined): readonly Line[] {
  const { code, reason, served, site, application, directory, file, consulted } = answer;
  const responsible = consulted.at(-1)?.setting ?? null;
  const places = { Site: site, Application: application, Directory: directory, File: file };
  return [
    ...consultedLines(consulted, width),
    "",
    ...Object.entries(places).flatMap(([name, place]) => (place === null ? [] : [`${name.padEnd(12)} ${place}`])),
    ...(responsible === null ? [] : [`${"Setting".padEnd(12)} ${responsible}`]),
    "",
    [toned(served ? "good" : "bad", code), ` ${reason}`],
  ];
}
