// The answer to a request that failed: with the page of the site, the detailed one or the plain one, as its rules have it. For what
// content refuses and for what was refused before it alike.
import { type Answer, discard } from "../../../proto/http/answer/answer.ts";
import type { Field, Request } from "../../../proto/http/request.ts";
import type { Failure } from "../failure.ts";
import { pageFields } from "../html.ts";
import type { Place } from "../place.ts";
import { detailedPage } from "./detailed-page.ts";
import type { ErrorFiles } from "./error-files.ts";
import { pageFor } from "./error-page.ts";
import { genericPage } from "./generic-page.ts";
import { wantedLanguages } from "./languages.ts";

/** Where it failed: less than a place is known where the path itself was refused. */
export type ErrorPlace = Pick<Place, "folder" | "rules" | "asker" | "elsewhere">;

/** What content would answer. */
export type AnswerOf = (request: Request, place: Place) => Answer | Promise<Answer>;

const LANGUAGE = "{language}";

export function errorAnswer(
  files: ErrorFiles,
  failure: Failure,
  request: Request,
  place: ErrorPlace,
  answerOf: AnswerOf,
): Answer | Promise<Answer> {
  const { rules, asker, folder } = place;
  if (rules.errors.seesDetails(asker)) {
    const { method, path } = request;
    const body = detailedPage(failure, { method, path, folder, traceId: asker.traceId() });
    return answer(failure, [...pageFields, ["Cache-Control", "no-store"], ...rules.customFields], body);
  }
  const page = pageFor(rules.errors.pages, failure.status, failure.substatus);
  if (page === undefined) return plainAnswer(failure, place);
  switch (page.mode) {
    case "redirect":
      return { status: 302, substatus: 0, fields: [["Location", page.path], ...rules.customFields], body: undefined };
    case "url":
      return urlAnswer(failure, request, place, page.path, answerOf);
    case "file":
      return fileAnswer(files, failure, request, place, page.path);
  }
}

/** What would be at that path for a plain request; a failure there is told as the one here. */
async function urlAnswer(
  failure: Failure,
  request: Request,
  place: ErrorPlace,
  path: string,
  answerOf: AnswerOf,
): Promise<Answer> {
  const other = place.elsewhere?.(path);
  if (other === undefined) return plainAnswer(failure, place);
  const found = await answerOf(plainRequest(request, path), other);
  const { status, fields, body } = found;
  if (status !== 200) {
    discard(found);
    return plainAnswer(failure, place);
  }
  const own = failure.fields ?? [];
  const told = fields.filter(([name]) => !ofTheFile.has(name.toLowerCase()));
  return { status: failure.status, substatus: failure.substatus, fields: [...own, ...told], body };
}

/** It is not the file that was asked for: nobody shall keep it as that, or ask for parts. */
const ofTheFile: ReadonlySet<string> = new Set(["etag", "last-modified", "accept-ranges", "cache-control", "expires"]);

/** Without conditions and ranges, which were about something else. */
const plainRequest = (request: Request, path: string): Request => ({
  version: request.version,
  method: "GET",
  target: request.target,
  path,
  host: request.host,
  port: request.port,
  header: (name) => (name.startsWith("accept-") ? request.header(name) : undefined),
  headers: () => [],
  upgrade: undefined,
  body: undefined,
  headBytes: 0,
});

async function fileAnswer(
  files: ErrorFiles,
  failure: Failure,
  request: Request,
  place: ErrorPlace,
  path: string,
): Promise<Answer> {
  const { rules } = place;
  const isInLanguages = path.includes(LANGUAGE);
  const languages = isInLanguages ? wantedLanguages(request.header("accept-language"), rules.errors.language) : [""];
  for (const language of languages) {
    const file = path.replaceAll(LANGUAGE, language);
    const body = await files.read(file);
    if (body === undefined) continue;
    const fields: Field[] = [["Content-Type", rules.typeOf(file) ?? "text/html"]];
    if (isInLanguages) fields.push(["Content-Language", language], ["Vary", "Accept-Language"]);
    return answer(failure, [...fields, ...rules.customFields], body);
  }
  return plainAnswer(failure, place);
}

const plainAnswer = (failure: Failure, { rules, asker }: ErrorPlace): Answer =>
  answer(failure, [...pageFields, ...rules.customFields], genericPage(failure, asker.traceId()));

const answer = ({ status, substatus, fields: own = [] }: Failure, fields: readonly Field[], body: Buffer): Answer => ({
  status,
  substatus,
  fields: [...own, ...fields],
  body,
});
