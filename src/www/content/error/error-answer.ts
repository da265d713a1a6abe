// The answer to a request that failed: with the page of the site, the detailed one or the plain one, as its rules have it. For what
// content refuses and for what was refused before it alike.
import type { Answer } from "../../../proto/http/answer/answer.ts";
import type { Field, Request } from "../../../proto/http/request.ts";
import type { Asker } from "../asker.ts";
import type { ContentRules } from "../content-rules.ts";
import type { Failure } from "../failure.ts";
import { pageFields } from "../html.ts";
import { detailedPage } from "./detailed-page.ts";
import type { ErrorFiles } from "./error-files.ts";
import { pageFor } from "./error-page.ts";
import { genericPage } from "./generic-page.ts";
import { wantedLanguages } from "./languages.ts";

/** Where it failed. */
export interface ErrorPlace {
  readonly folder: string;
  readonly rules: ContentRules;
  readonly asker: Asker;
}

const LANGUAGE = "{language}";

export function errorAnswer(
  files: ErrorFiles,
  failure: Failure,
  request: Request,
  place: ErrorPlace,
): Answer | Promise<Answer> {
  const { rules, asker, folder } = place;
  if (rules.errors.seesDetails(asker)) {
    const { method, path } = request;
    const body = detailedPage(failure, { method, path, folder, traceId: asker.traceId() });
    return answer(failure, [...pageFields, ["Cache-Control", "no-store"], ...rules.customFields], body);
  }
  const page = pageFor(rules.errors.pages, failure.status, failure.substatus);
  if (page === undefined) return plainAnswer(failure, place);
  if (page.mode === "redirect")
    return { status: 302, substatus: 0, fields: [["Location", page.path], ...rules.customFields], body: undefined };
  return fileAnswer(files, failure, request, place, page.path);
}

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
  answer(failure, [...pageFields, ...rules.customFields], genericPage(failure.status, asker.traceId()));

const answer = ({ status, substatus, fields: own = [] }: Failure, fields: readonly Field[], body: Buffer): Answer => ({
  status,
  substatus,
  fields: [...own, ...fields],
  body,
});
