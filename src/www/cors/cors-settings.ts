// Which pages of other sites may use what a directory answers: the CORS module of IIS. Definitions only.
import { list } from "../../schema/kinds/group.ts";
import { flag } from "../../schema/kinds/plain.ts";
import { type Setting, setting } from "../../schema/section.ts";
import { corsRow } from "./cors-row.ts";

const facts = { since: "0.1", applies: "live" } as const;

export const corsSettings = {
  corsRules: setting(list(corsRow, { max: 500 }), {
    ...facts,
    fallback: [],
    iis: "cors",
    doc: "Pages of which other sites may read the answers, by their origin: the row that fits closest counts, an exact one before the longest *.name, then https://*, then *. Browsers ask with OPTIONS before they send what no form could; that is answered here, before anybody has to log in. Headers of the kind in customHeaders give way. Without rows nothing is said, and browsers keep answers from pages of other sites.",
  }),
  corsFailUnlisted: setting(flag, {
    ...facts,
    fallback: false,
    iis: "cors/failUnlistedOrigins",
    doc: "Whether a request that a page of another site sends is 403 where no row of corsRules allows that site; else it is answered, and the browser keeps the answer from the page. Without rows it means nothing.",
  }),
};

type Settings = typeof corsSettings;
export type CorsValues = {
  readonly [Key in keyof Settings]: Settings[Key] extends Setting<infer T> ? T : never;
};
