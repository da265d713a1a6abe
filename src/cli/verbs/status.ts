// `inetsrv status`: everything on one screen, also when no server runs.

import { localTime } from "../../base/local-time.ts";
import type { RevisionSummary } from "../../supervisor/answers.ts";
import { ask, type Context, noClient } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { toned } from "../look/line.ts";
import { tableLines } from "../look/table.ts";
import { toggle, verb } from "../verb.ts";
import { faultLines } from "../views/fault-view.ts";
import { type StatusLook, statusLines } from "../views/status-view.ts";
import { isBroken } from "../views/verdict.ts";

export const status = verb({
  words: "status",
  group: "Server",
  summary: "Show everything on one screen, and what is wrong.",
  doc: "Services, sites, addresses, since when, the revision, and for everything wrong what to type. Of a service with more than 20 sites only those in trouble are listed, and how many there are of the others.",
  takes: {},
  flags: { all: toggle("List every site and every problem.") },
  examples: [
    { line: "inetsrv status", doc: "The first line is the verdict; the exit code says the same to a script." },
    { line: "inetsrv status --json", doc: "All of it as data." },
  ],
  exits: ["notRunning", "partBroken"],
  async run(context, { all }) {
    const { program, home, out } = context;
    const opened = await program.openClient(home, { offline: "refused" });
    if (!opened.ok) return opened.error.is === "not-running" ? showDown(context) : noClient(context, opened.error);
    const client = opened.value;
    const answer = await ask(client, "status.show");
    await client.close();
    if (!answer.ok) return out.refused(answer.error);
    out.show(answer.value, () => statusLines(answer.value, statusLook(context, all)));
    return isBroken(answer.value) ? exitCodes.partBroken : exitCodes.done;
  },
});

export const statusLook = ({ out, world }: Pick<Context, "out" | "world">, all: boolean): StatusLook => ({
  nowMs: world.wallMs(),
  width: out.width,
  proseWidth: out.proseWidth,
  all,
});

/** No server runs: what can be told from the home itself. */
async function showDown(context: Context): Promise<number> {
  const { program, home, out } = context;
  const opened = await program.openClient(home, { offline: "allowed" });
  const history = opened.ok ? await ask(opened.value, "config.history", { limit: 1 }) : undefined;
  if (opened.ok) await opened.value.close();
  const head = history?.ok ? history.value[0] : undefined;
  const problem = opened.ok ? undefined : opened.error.fault;
  const data = { running: false, home: home.root, homeFrom: home.from, revision: head?.revision ?? null, problem };
  out.show(data, () => [
    toned("warn", "No server is running."),
    "",
    ...tableLines([{ title: "" }, { title: "", yields: 1 }], homeRows(context, head), out.width),
    "",
    ...(problem === undefined ? [`To start it: inetsrv up`] : faultLines(problem, out.proseWidth)),
  ]);
  return exitCodes.notRunning;
}

function homeRows({ home }: Context, head: RevisionSummary | undefined): readonly (readonly string[])[] {
  const found = home.from === "./home" ? "./home, as neither --home nor INETSRV_HOME says otherwise" : home.from;
  const rows = [["home", `${home.root} (from ${found})`]];
  if (head !== undefined) rows.push(["revision", `${head.revision}, by ${head.who} ${localTime(head.atMs)}`]);
  if (head !== undefined && head.confirmUntilMs !== null)
    rows.push(["unconfirmed", `taken back at ${localTime(head.confirmUntilMs)}; keep it: inetsrv config confirm`]);
  return rows;
}
