// The modules that a request goes through in a directory, in their order: one row for each. A directory makes those ready
// that have something to do there, once; the first that answers is the last that is asked.
import type { Answer } from "../proto/http/answer/answer.ts";
import type { Refusal } from "../proto/http/refusal.ts";
import type { Request } from "../proto/http/request.ts";
import type { AdmissionRow, AdmissionWorld, Denial } from "./admission/admission-row.ts";
import { addressRows, visitorRows } from "./admission/admission-rows.ts";
import type { Content } from "./content/content.ts";
import type { Place } from "./content/place.ts";
import { corsOf, unlistedOrigin } from "./cors/cors.ts";
import type { Directory } from "./directories/directory.ts";
import { filterRules } from "./filter/filter-rules.ts";

export type Answered = Answer | Promise<Answer>;
/** Undefined, at once or promised: it is the turn of the next one. */
export type Step = (request: Request, place: Place) => Answered | Promise<Answer | undefined> | undefined;

/** What is put on an answer, whoever gave it. */
export type Finish = (request: Request, answer: Answer) => Answer;

export interface ModuleWorld extends AdmissionWorld {
  readonly content: Content;
  /** With the page that the directory has for it. */
  refused(refusal: Refusal, request: Request, place: Place): Answered;
}

interface Module {
  /** Undefined where there is nothing to do for it. */
  prepare(directory: Directory, world: ModuleWorld): Step | undefined;
  finish?(directory: Directory): Finish | undefined;
}

/** One row of who is let in. */
const admission = (row: AdmissionRow): Module => ({
  prepare({ settings }, world) {
    const check = row.prepare(settings, world);
    if (check === undefined) return undefined;
    const told = (denial: Denial | undefined, request: Request, place: Place): Answered | undefined => {
      if (denial?.cut !== true) return denial && world.content.failed(denial, request, place);
      place.asker.cut();
      return new Promise(() => {});
    };
    return (request, place) => {
      const denial = check(request, place.asker);
      return denial instanceof Promise ? denial.then((it) => told(it, request, place)) : told(denial, request, place);
    };
  },
});

const modules: readonly Module[] = [
  ...addressRows.map(admission),
  {
    // Request filtering. What it says of the path alone has been asked before, with the path.
    prepare({ settings }, world) {
      const rules = filterRules(settings, "request");
      return (request, place) => {
        const { method, path, body } = request;
        const it = { path: place.target, raw: path, method, contentLength: body?.length, fields: request };
        for (const rule of rules) if (rule.refuses(it)) return world.refused(rule.refusal, request, place);
        return undefined;
      };
    },
  },
  {
    // Pages of other sites, which ask for leave before anybody has to log in.
    prepare({ settings }, world) {
      const cors = corsOf(settings);
      return (
        cors &&
        ((request, place) => {
          const answer = cors.answer(request, place.rules.customFields);
          return answer === "unlisted" ? world.content.failed(unlistedOrigin, request, place) : answer;
        })
      );
    },
    finish({ settings }) {
      const cors = corsOf(settings);
      return cors && ((request, answer) => cors.dress(request, answer));
    },
  },
  ...visitorRows.map(admission),
  {
    // Redirects, files and folders, and what else a file may be asked with.
    prepare(_, { content }) {
      return (request, place) => content.known(request, place) ?? content.answer(request, place);
    },
  },
];

export const stepsOf = (directory: Directory, world: ModuleWorld): readonly Step[] =>
  modules.flatMap((it) => it.prepare(directory, world) ?? []);

export const finishesOf = (directory: Directory): readonly Finish[] =>
  modules.flatMap((it) => it.finish?.(directory) ?? []);
