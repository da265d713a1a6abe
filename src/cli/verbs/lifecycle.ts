// `inetsrv start|stop|restart|pause|continue`: one table of five verbs for services and sites. Each waits for what
// it asked for and shows what came of it.
import { good, type Result } from "../../base/result.ts";
import { duration } from "../../schema/kinds/measure.ts";
import type { ServerStatus, ServiceStatus } from "../../supervisor/answers.ts";
import type { Client, Refusal } from "../../supervisor/operation.ts";
import type { State } from "../../supervisor/states.ts";
import { ask, type Context, withClient } from "../context.ts";
import { type ExitName, exitCodes } from "../exit-code.ts";
import { count } from "../look/moment.ts";
import { many, type Verb, value, verb } from "../verb.ts";
import { serviceLines, wrongLines } from "../views/status-view.ts";
import { stateText } from "../views/verdict.ts";
import { type Look, waitFor } from "../waiting.ts";
import { statusLook } from "./status.ts";

export interface LifeRow {
  readonly word: "start" | "stop" | "restart" | "pause" | "continue";
  readonly summary: string;
  readonly wanted: State;
  readonly example: string;
}

export const lifeRows: readonly LifeRow[] = [
  {
    word: "start",
    wanted: "running",
    summary: "Start services or sites.",
    example: "Starts the SMTP service with all its sites.",
  },
  {
    word: "stop",
    wanted: "stopped",
    summary: "Stop services or sites after their connections.",
    example: "Stops SMTP; it stays stopped until it is started.",
  },
  {
    word: "restart",
    wanted: "running",
    summary: "Replace the processes of services, refusing nobody.",
    example: "New connections go to the new process, old ones finish.",
  },
  {
    word: "pause",
    wanted: "paused",
    summary: "Turn new connections away; those that exist go on.",
    example: "Clients are turned away politely until `inetsrv continue smtp`.",
  },
  { word: "continue", wanted: "running", summary: "Take connections again after a pause.", example: "Ends the pause." },
];

const WAIT_LIMIT_MS = 60_000;

export const lifeFlags = {
  waitLimit: value("TIME", "Wait no longer than this for the result; otherwise 1m.", {
    kind: duration({ max: "1d" }),
  }),
};
export const lifeExits: readonly ExitName[] = ["notRunning", "refused", "conflict", "partBroken"];

export const lifecycle: readonly Verb[] = lifeRows.map((row) => {
  const { word, summary, example } = row;
  return verb({
    words: word,
    group: "Services",
    summary,
    takes: {
      targets: many("TARGET", "A service such as smtp, a site such as smtp/default, or all.", { completes: "target" }),
    },
    flags: lifeFlags,
    examples: [
      { line: `inetsrv ${word} smtp`, doc: example },
      { line: `inetsrv ${word} www/default`, doc: "Only one site; its neighbours are not disturbed." },
    ],
    exits: lifeExits,
    run: (context, { targets, waitLimit }) => changeLife(context, row, targets, waitLimit),
  });
});

/** Targets are typed as for `start`. */
export const changeLife = (
  context: Context,
  { word, wanted }: LifeRow,
  targets: readonly string[],
  waitLimitMs = WAIT_LIMIT_MS,
): Promise<number> =>
  withClient(context, "refused", async (client) => {
    const named = await targetsOf(client, targets);
    if (!named.ok) return context.out.refused(named.error);
    for (const { service, site } of named.value) {
      const answer = await ask(client, `service.${word}`, { service, site, who: context.world.user });
      if (!answer.ok) return context.out.refused(answer.error);
    }
    return showResult(context, client, named.value, wanted, waitLimitMs);
  });

interface Target {
  readonly service: string;
  readonly site: string | undefined;
}

async function targetsOf(client: Client, words: readonly string[]): Promise<Result<readonly Target[], Refusal>> {
  if (!words.includes("all")) return good(words.map(targetOf));
  const status = await ask(client, "status.show");
  return status.ok ? good(status.value.services.map((it) => targetOf(it.name))) : status;
}

/** Names of sites may hold a slash, those of services may not. */
function targetOf(word: string): Target {
  const slash = word.indexOf("/");
  return slash < 0
    ? { service: word, site: undefined }
    : { service: word.slice(0, slash), site: word.slice(slash + 1) };
}

async function showResult(
  context: Context,
  client: Client,
  targets: readonly Target[],
  wanted: State,
  limitMs: number,
): Promise<number> {
  const { out } = context;
  let last: readonly ServiceStatus[] = [];
  const look = async (): Promise<Look<readonly ServiceStatus[]>> => {
    const status = await ask(client, "status.show");
    if (!status.ok) return { waitingFor: "an answer of the server" };
    last = targets.flatMap((it) => partOf(status.value, it));
    const moving = last.filter(isMoving);
    return moving.length === 0 ? { is: last } : { waitingFor: moving.map(whatMoves).join(", ") };
  };
  const settled = await waitFor(context, limitMs, look);
  out.show(last, () => {
    const view = statusLook(context, false);
    return [...serviceLines(last, view), ...wrongLines({ faults: [], services: last }, view)];
  });
  if (!("is" in settled)) return limitMs === 0 ? exitCodes.done : exitCodes.failed;
  const states = targets.map((target, at) => (target.site === undefined ? last[at]?.state : last[at]?.sites[0]?.state));
  return states.every((it) => it === wanted) ? exitCodes.done : exitCodes.partBroken;
}

/** The service, with only the site that was named. */
function partOf({ services }: ServerStatus, { service, site }: Target): readonly ServiceStatus[] {
  const found = services.find((it) => it.name === service);
  if (found === undefined) return [];
  return [site === undefined ? found : { ...found, sites: found.sites.filter((it) => it.name === site) }];
}

const moves = (state: State): boolean => state === "starting" || state === "draining";
const isMoving = ({ state, workers, sites }: ServiceStatus): boolean =>
  moves(state) || workers.some((it) => it.state === "starting") || sites.some((it) => moves(it.state));

function whatMoves({ name, state, workers, sites }: ServiceStatus): string {
  const waiting = workers.map((it) => it.waitingFor).find((it) => it !== "");
  const moving = sites.filter((it) => moves(it.state)).length;
  if (moves(state)) return waiting === undefined ? `${name}, which is ${stateText(state)}` : `${name}: ${waiting}`;
  return moving === 0 ? `a new process of ${name}` : `${count(moving, "site")} of ${name}`;
}
