// What can be asked about web sites: what one would answer at a URL, and why. How a site decides is handed in, as nobody here
// knows a service.
import type { Welcome } from "../../account/login.ts";
import { accountName } from "../../account/name.ts";
import type { Clock } from "../../base/clock.ts";
import type { Home } from "../../base/home.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { SiteWritten, UrlAnswer, UrlQuestion } from "../../proto/http/url-question.ts";
import { address } from "../../schema/kinds/network.ts";
import { text } from "../../schema/kinds/plain.ts";
import { needed, type Operation, optional, plain, refusal } from "../operation.ts";
import type { Configured } from "./configured.ts";
import { WEB_SERVICE, writtenSite } from "./website-operations.ts";
import { welcomeAt } from "./welcome-at.ts";

/** The error says which word of the question makes no sense. */
export type ExplainUrl = (
  question: UrlQuestion,
  sites: readonly SiteWritten[],
  world: {
    readonly home: Home;
    readonly clock: Clock;
    welcome(user: string, site: string): Result<Welcome, string>;
  },
) => Promise<Result<UrlAnswer, string>>;

export const wwwOperations = (explain: ExplainUrl): readonly Operation<Configured>[] => [
  {
    name: "www.why",
    reads: true,
    doc: "What a web site would answer at a URL, with each row that it looks at.",
    takes: {
      url: needed(text({ min: 1, max: 8192 }), "With http or https, and the port where it is not the usual one."),
      method: needed(text({ min: 1, max: 100 }), "The verb."),
      ip: needed(address, "The address of the client."),
      origin: optional(text({ min: 1, max: 300 }), "The origin of the page that asks, as browsers say it."),
      user: optional(accountName, "Who has logged in."),
    },
    async run({ configuration, home, clock }, given) {
      const question = {
        url: String(given.url),
        method: String(given.method),
        ip: String(given.ip),
        ...(given.origin === undefined ? {} : { origin: String(given.origin) }),
        ...(given.user === undefined ? {} : { user: String(given.user) }),
      };
      const sites = configuration.siteNames(WEB_SERVICE).map((it) => writtenSite({ configuration }, it));
      const welcome = (user: string, site: string) => welcomeAt(configuration.metabase.view, user, WEB_SERVICE, site);
      const answer = await explain(question, sites, { home, clock, welcome });
      return answer.ok ? good(plain(answer.value)) : bad(refusal("wrong", answer.error));
    },
  },
];
