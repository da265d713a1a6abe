// The modules that a request goes through in a directory, in their order: one row for each. A directory makes those ready
// that have something to do there, once; the first that answers is the last that is asked.
import type { Answer } from "../proto/http/answer/answer.ts";
import type { Refusal } from "../proto/http/refusal.ts";
import type { Field, Request } from "../proto/http/request.ts";
import type { Directory, Place } from "./directories/directory.ts";
import { filterRules } from "./filter/filter-rules.ts";
import { verbAnswer } from "./verbs.ts";

export type Step = (request: Request, place: Place) => Answer | Promise<Answer> | undefined;

/** What answers for the files of a directory. */
export interface Content {
  answer(request: Request, place: Place): Answer | Promise<Answer>;
}

export interface ModuleWorld {
  readonly content: Content;
  refuse(refusal: Refusal, fields?: readonly Field[]): Answer;
}

interface Module {
  readonly name: string;
  /** Undefined where there is nothing to do for it. */
  prepare(directory: Directory, world: ModuleWorld): Step | undefined;
}

export const modules: readonly Module[] = [
  {
    name: "request filtering",
    prepare({ settings }, { refuse }) {
      const rules = filterRules(settings, "request");
      return (request, path) => {
        const it = { path, raw: request.path, method: request.method, contentLength: request.body?.length };
        for (const rule of rules) if (rule.refuses(it)) return refuse(rule.refusal);
        return undefined;
      };
    },
  },
  { name: "verbs", prepare: (_, world) => (request) => verbAnswer(request.method, world.refuse) },
  { name: "content", prepare: (_, world) => (request, place) => world.content.answer(request, place) },
];

export const stepsOf = (directory: Directory, world: ModuleWorld): readonly Step[] =>
  modules.flatMap((it) => it.prepare(directory, world) ?? []);
