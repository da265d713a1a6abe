import { expect, test } from "bun:test";
import { siteMetrics } from "../../net/metrics/metrics.ts";
import type { MeasuredSite, MetricsAnswer } from "../../supervisor/metrics/metrics-answer.ts";
import { refusal } from "../../supervisor/operation.ts";
import { refused } from "../testing/fake-program.ts";
import { START_MS } from "../testing/fake-world.ts";
import { run } from "../testing/run.ts";
import { shortTime } from "../views/metrics-view.ts";

const { names } = siteMetrics;
const bounds = [0.001, 0.01, 0.1];

function site(service: string, name: string, done: number, failed = 0): MeasuredSite {
  const metrics = {
    [names.connections]: done / 10,
    [names.connectionsOpen]: 3,
    [names.requests]: { done, refused: 5, failed, aborted: 0 },
    [names.bytesIn]: 2048,
    [names.bytesOut]: done * 1024,
    [names.requestSeconds]: { bounds, counts: [done, 0, 0, 0], sumSeconds: 1, p50: 0.0005, p95: 0.0009, p99: 0.001 },
  };
  return { service, site: name, metrics };
}
const answerOf = (sites: readonly MeasuredSite[], atMs = START_MS): MetricsAnswer => ({ atMs, server: [], sites });

test("services come with their sums, and below them their sites, the busiest first", async () => {
  const sites = [site("www", "quiet", 10), site("www", "busy", 100_000, 7), site("smtp", "default", 20)];
  const { code, out } = await run("metrics", { width: 100, answers: { "metrics.show": answerOf(sites) } });
  expect(code).toBe(0);
  expect(out).toBe(`Name          Open   Conns  Away  Requests  Refused  Failed       In     Out     p50     p95     p99
www              6  10,001     0   100,027       10       7  4.0 KiB  98 MiB  0.5 ms  0.9 ms  1.0 ms
www/busy         3  10,000     0   100,012        5       7  2.0 KiB  98 MiB  0.5 ms  0.9 ms  1.0 ms
www/quiet        3       1     0        15        5       0  2.0 KiB  10 KiB  0.5 ms  0.9 ms  1.0 ms
smtp             3       2     0        25        5       0  2.0 KiB  20 KiB  0.5 ms  0.9 ms  1.0 ms
smtp/default     3       2     0        25        5       0  2.0 KiB  20 KiB  0.5 ms  0.9 ms  1.0 ms
`);
});

test("what belongs to no site is in the sum of its service, and in no line of its own", async () => {
  const sites = [
    {
      service: "ftp",
      site: "",
      metrics: { [names.connections]: 4, [names.connectionsRefused]: { address: 2, limit: 1 } },
    },
  ];
  const { out } = await run("metrics", { answers: { "metrics.show": answerOf(sites) } });
  expect(out.split("\n").slice(1)).toEqual([expect.stringMatching(/^ftp +0 +4 +3 +0 +0 +0 +0 B +0 B$/), ""]);
});

test("before the first client there is nothing to show, and that is said", async () => {
  const { code, out } = await run("metrics", { answers: { "metrics.show": answerOf([]) } });
  expect([code, out]).toEqual([0, "Nothing was counted yet: no client has come.\n"]);
});

test("of ten thousand sites the busiest are listed, and --all lists every one", async () => {
  const answers = { "metrics.show": answerOf(Array.from({ length: 10_000 }, (_, at) => site("www", `s${at}`, at))) };
  const few = await run("metrics", { width: 100, answers });
  expect(few.out.split("\n")[2]).toStartWith("www/s9999 ");
  expect(few.out.split("\n")[22]).toStartWith("9,980 more ");
  expect(few.out).toEndWith("\nEvery site by its name: inetsrv metrics --all\n");
  expect((await run("metrics --all", { width: 100, answers })).out.split("\n")).toHaveLength(10_003);
});

test("a service or a site is asked for by name; the name of a site may hold a slash", async () => {
  const answers = { "metrics.show": answerOf([]), "metrics.text": { text: "# HELP x X.\n" } };
  const asked = async (words: string) => (await run(words, { answers })).program.calls.map((it) => it.given);
  expect(await asked("metrics")).toEqual([{}]);
  expect(await asked("metrics all")).toEqual([{}]);
  expect(await asked("metrics www")).toEqual([{ service: "www" }]);
  expect(await asked("metrics www/a/b --prometheus")).toEqual([{ service: "www", site: "a/b" }]);
});

test("a name that does not exist is refused, and without a server that is said", async () => {
  const answers = { "metrics.show": refused(refusal("unknown", "There is no service wwww. Did you mean www?")) };
  expect(await run("metrics wwww", { answers })).toMatchObject({ code: 4, out: "" });
  expect((await run("metrics", { online: false })).code).toBe(3);
});

test("--prometheus prints the text as it is, --json the data", async () => {
  const text = '# HELP x X.\n# TYPE x gauge\nx{site="é"} 1\n';
  const answers = { "metrics.text": { text }, "metrics.show": answerOf([site("www", "a", 1)]) };
  expect((await run("metrics --prometheus", { answers })).out).toBe(text);
  expect(JSON.parse((await run("metrics --json", { answers })).out)).toEqual(answers["metrics.show"]);
});

/** Answers one after the other, and nobody reads on when they are at their end. */
async function watch(samples: readonly MetricsAnswer[], words = "metrics --watch") {
  let at = 0;
  const answer = () => samples[at++] ?? refused(refusal("unavailable", "gone"));
  return run(words, { answers: { "metrics.show": answer } });
}

test("--watch shows what happened per second, and the times of just these requests", async () => {
  const slow = site("www", "a", 1000);
  const later = site("www", "a", 1040, 1);
  const times = { bounds, counts: [1000, 0, 40, 0], sumSeconds: 1, p50: 0, p95: 0, p99: 0 };
  const now = { ...later, metrics: { ...later.metrics, [names.requestSeconds]: times } };
  const { out } = await watch([answerOf([slow]), answerOf([now], START_MS + 2000)]);
  const [, head = "", , row = ""] = out.split("\n");
  expect(head.split(/ {2,}/)).toEqual(
    "Name|Open|Conns/s|Away/s|Requests/s|Refused/s|Failed/s|In/s|Out/s|p50|p95|p99".split("|"),
  );
  expect(row.split(/ {2,}/)).toEqual("www/a|3|2.0|0.0|21|0.0|0.5|0 B|20 KiB|55 ms|96 ms|99 ms".split("|"));
});

test("a server that was started anew in between has begun at nothing, and no rate is negative", async () => {
  const { out } = await watch([answerOf([site("www", "a", 1000)]), answerOf([site("www", "a", 10)], START_MS + 2000)]);
  expect(out).not.toContain("-");
});

test("--watch --json is one line of data for each look", async () => {
  const samples = [answerOf([]), answerOf([site("www", "a", 1)], START_MS + 2000)];
  const { out } = await watch(samples, "metrics --watch --json");
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((it) => JSON.parse(it)),
  ).toEqual([...samples]);
});

test.each([
  [null, ""],
  [0.00004, "0.0 ms"],
  [0.0123, "12 ms"],
  [0.9996, "1.0 s"],
  [42, "42 s"],
] as const)("a time of %p seconds is shown as %p", (seconds, shown) => {
  expect(shortTime(seconds)).toBe(shown);
});
