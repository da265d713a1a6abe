// The modules that a request goes through in a directory, in their order: one row for each. Those are made ready that have
// something to do there, once for all directories of all sites that say the same; the first that answers is the last that is
// asked.
import { sharing } from "../base/sharing.ts";
import type { Answer } from "../proto/http/answer/answer.ts";
import type { Refusal } from "../proto/http/refusal.ts";
import type { Request } from "../proto/http/request.ts";
import type { AdmissionRow, AdmissionWorld, Check, Denial } from "./admission/admission-row.ts";
import { addressRows, visitorRows } from "./admission/admission-rows.ts";
import { type AdmissionValues, admissionSettings } from "./admission/admission-settings.ts";
import type { Content } from "./content/content.ts";
import type { Place } from "./content/place.ts";
import { corsOf, unlistedOrigin } from "./cors/cors.ts";
import { type CorsValues, corsSettings } from "./cors/cors-settings.ts";
import { filterRules } from "./filter/filter-rules.ts";
import { type FilterValues, filterSettings } from "./filter/filter-settings.ts";

export type Answered = Answer | Promise<Answer>;
/** Undefined, at once or promised: it is the turn of the next one. */
export type Step = (
  request: Request,
  place: Place,
  world: ModuleWorld,
) => Answered | Promise<Answer | undefined> | undefined;

/** What is put on an answer, whoever gave it. */
export type Finish = (request: Request, answer: Answer) => Answer;

/** The site that is asked. */
export interface ModuleWorld extends AdmissionWorld {
  readonly content: Content;
  /** With the page that the directory has for it. */
  refused(refusal: Refusal, request: Request, place: Place): Answered;
}

/** What a directory says for its modules. */
const moduleSettings = { ...admissionSettings, ...filterSettings, ...corsSettings };
type ModuleValues = AdmissionValues & FilterValues & CorsValues;

interface Module {
  /** Undefined where there is nothing to do for it. */
  prepare(values: ModuleValues): Step | undefined;
  finish?(values: ModuleValues): Finish | undefined;
}

/** One row of who is let in. */
const admission = (row: AdmissionRow): Module => ({
  prepare(values) {
    const check = row.prepare(values);
    if (check === undefined) return undefined;
    return (request, place, world) => {
      const denial = check(request, place.asker, world);
      if (denial instanceof Promise) return denial.then((it) => told(it, request, place, world));
      return told(denial, request, place, world);
    };
  },
});

function told(
  denial: Denial | undefined,
  request: Request,
  place: Place,
  { content }: ModuleWorld,
): Answered | undefined {
  if (denial?.cut !== true) return denial && content.failed(denial, request, place);
  place.asker.cut();
  return new Promise(() => {});
}

const modules: readonly Module[] = [
  ...addressRows.map(admission),
  {
    // Request filtering. What it says of the path alone has been asked before, with the path.
    prepare(values) {
      const rules = filterRules(values, "request");
      return (request, place, world) => {
        const { method, path, body } = request;
        const it = { path: place.target, raw: path, method, contentLength: body?.length, fields: request };
        for (const rule of rules) if (rule.refuses(it)) return world.refused(rule.refusal, request, place);
        return undefined;
      };
    },
  },
  {
    // Pages of other sites, which ask for leave before anybody has to log in.
    prepare(values) {
      const cors = corsOf(values);
      return (
        cors &&
        ((request, place, world) => {
          const answer = cors.answer(request, place.rules.customFields);
          return answer === "unlisted" ? world.content.failed(unlistedOrigin, request, place) : answer;
        })
      );
    },
    finish(values) {
      const cors = corsOf(values);
      return cors && ((request, answer) => cors.dress(request, answer));
    },
  },
  ...visitorRows.map(admission),
  {
    // Redirects, files and folders, and what else a file may be asked with.
    prepare() {
      return (request, place, { content }) => content.known(request, place) ?? content.answer(request, place);
    },
  },
];

export interface Pipeline {
  /** What an address may see. */
  readonly sights: readonly Check[];
  readonly steps: readonly Step[];
  readonly finishes: readonly Finish[];
}

const moduleKeys = Object.keys(moduleSettings) as (keyof ModuleValues)[];

export const pipelineOf = sharing<ModuleValues, keyof ModuleValues, Pipeline>(moduleKeys, (values) => ({
  sights: addressRows.flatMap((it) => it.prepare(values) ?? []),
  steps: modules.flatMap((it) => it.prepare(values) ?? []),
  finishes: modules.flatMap((it) => it.finish?.(values) ?? []),
}));
