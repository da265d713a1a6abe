// `inetsrv metrics`: how much services and sites are used, how quick they are and how often they fail, since the server
// started or from moment to moment.
import type { MetricsAnswer } from "../../supervisor/metrics/metrics-answer.ts";
import type { Client } from "../../supervisor/operation.ts";
import { answerOf, ask, type Context, type Parameters, withClient } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { maybe, toggle, verb } from "../verb.ts";
import { metricsLines } from "../views/metrics-view.ts";

/** As often as the workers report. */
const WATCH_MS = 2000;

export const metrics = verb({
  words: "metrics",
  group: "What happened",
  summary: "Show how much is used, how quickly it answers, and what fails.",
  doc:
    "Everything is counted from the start of the server. p50, p95 and p99 are the times within which 50, 95 and 99 of 100 requests were answered. Refused is what a " +
    "client may not have or asked wrongly, failed is what this server could not do. Of a service with more than 20 sites the busiest are listed. Workers report every " +
    "two seconds. Away are the connections that were turned away.\n\nPrometheus fetches the same from a listener of its own, which is off until it gets an address: `inetsrv config set server/metricsBinding 127.0.0.1:9464`.",
  takes: {
    target: maybe("SERVICE[/SITE]", "Only this service, or this site of it.", { completes: "target" }),
  },
  flags: {
    watch: toggle("Go on every two seconds with what happens per second, until Ctrl-C."),
    prometheus: toggle("Print the text that Prometheus reads."),
    all: toggle("List every site."),
  },
  examples: [
    { line: "inetsrv metrics", doc: "All services with their busiest sites." },
    { line: "inetsrv metrics www/default --watch", doc: "One site, as it goes." },
    { line: "inetsrv metrics --prometheus", doc: "The text format of Prometheus, version 0.0.4." },
  ],
  exits: ["notRunning", "refused", "interrupted"],
  run(context, { target, watch, prometheus, all }) {
    const { out } = context;
    const parameters = parametersOf(target);
    if (watch) return withClient(context, "refused", (client) => follow(context, client, parameters, all));
    if (prometheus)
      return answerOf(context, "refused", "metrics.text", parameters, (answer) =>
        out.json ? out.data(answer) : out.document(answer.text),
      );
    return answerOf(context, "refused", "metrics.show", parameters, (answer) =>
      out.show(answer, () => metricsLines(answer, { width: out.width, all })),
    );
  },
});

/** Names of sites may hold a slash, those of services may not. */
function parametersOf(target: string | undefined): Parameters {
  const slash = target?.indexOf("/") ?? -1;
  if (target === undefined || target === "all") return {};
  return slash < 0 ? { service: target } : { service: target.slice(0, slash), site: target.slice(slash + 1) };
}

async function follow({ out, world }: Context, client: Client, parameters: Parameters, all: boolean): Promise<number> {
  let since: MetricsAnswer | undefined;
  while (!world.ended.aborted) {
    const answer = await ask(client, "metrics.show", parameters);
    if (!answer.ok) return out.refused(answer.error);
    if (out.json) out.raw(JSON.stringify(answer.value));
    else if (since === undefined) out.progress(`Counting for ${WATCH_MS / 1000} s`);
    else {
      out.progress("");
      // On a terminal the table stays where it is; in a file each follows the one before.
      out.raw(out.live ? CLEAR : "");
      out.lines(metricsLines(answer.value, { width: out.width, all, since }));
    }
    since = answer.value;
    await world.pause(WATCH_MS);
  }
  return exitCodes.done;
}

/** To the first column of the first line, and nothing below it. */
const CLEAR = "\u001b[H\u001b[J";
