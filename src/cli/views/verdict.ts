// What the state of a server comes to: one sentence, one tone, and whether anything is broken. Pure.
import type { Fault } from "../../base/fault.ts";
import type { ServerStatus, ServiceStatus } from "../../supervisor/answers.ts";
import { type State, serves } from "../../supervisor/states.ts";
import { type Span, type Tone, toned } from "../look/line.ts";
import { count } from "../look/moment.ts";

const tones: Readonly<Record<State, Tone>> = {
  running: "good",
  starting: "warn",
  degraded: "warn",
  draining: "warn",
  paused: "warn",
  stopped: "dim",
  failed: "bad",
  "backing-off": "bad",
};

export const stateText = (state: State): string => state.replace("-", " ");
export const stateSpan = (state: State): Span => toned(tones[state], stateText(state));

/** Not as somebody wanted it. */
export const isTrouble = ({ state, faults }: { readonly state: State; readonly faults: readonly Fault[] }): boolean =>
  state === "failed" || state === "backing-off" || state === "degraded" || faults.length > 0;

export const isBroken = ({ faults, services }: ServerStatus): boolean =>
  faults.length > 0 || services.some((it) => isTrouble(it) || it.sites.some(isTrouble));

const NAMES_MAX = 3;

/** One sentence: everything runs, or what does not. */
export function verdict(status: ServerStatus): string {
  const { services } = status;
  if (services.length === 0) return "The server runs without services.";
  if (status.ending) return `The server is ending: ${waitedFor(services)}.`;
  const down = services.filter(({ state }) => !serves(state));
  const parts = [
    ...down.map(({ name, state }) => `${name} ${state === "failed" ? "has" : "is"} ${stateText(state)}`),
    ...restingSites(services),
  ];
  const troubled = troubledNames(status);
  const more = troubled.length - NAMES_MAX;
  const named = [...troubled.slice(0, NAMES_MAX), ...(more > 0 ? [`${more.toLocaleString("en")} more`] : [])];
  if (named.length > 0) parts.push(`trouble with ${named.join(", ")}`);
  const all = services.length;
  const running =
    down.length === 0 ? "All services running" : `${all - down.length} of ${count(all, "service")} running`;
  return `${running}${parts.length === 0 ? "" : `: ${parts.join(", ")}`}.`;
}

function waitedFor(services: readonly ServiceStatus[]): string {
  const connections = services.flatMap((it) => it.workers).reduce((sum, it) => sum + it.connections, 0);
  return connections === 0 ? "nothing is waited for" : `${count(connections, "connection")} may finish`;
}

/** How many sites of services that serve do not, as somebody wanted it. */
function restingSites(services: readonly ServiceStatus[]): readonly string[] {
  const sites = services.flatMap((it) => (serves(it.state) ? it.sites : [])).filter((it) => !isTrouble(it));
  const many = (state: State): number => sites.filter((it) => it.state === state).length;
  return (["stopped", "paused"] as const).flatMap((it) => (many(it) === 0 ? [] : [`${count(many(it), "site")} ${it}`]));
}

/** What serves and does not do it well, by the names that `status` shows. */
function troubledNames({ faults, services }: ServerStatus): readonly string[] {
  const ofServices = services.flatMap((service) => {
    const sites = service.sites.filter(isTrouble).map((it) => `${service.name}/${it.name}`);
    const isOwn = service.faults.length > 0 || (service.state === "degraded" && sites.length === 0);
    return isOwn && serves(service.state) ? [service.name, ...sites] : sites;
  });
  return faults.length === 0 ? ofServices : ["the server itself", ...ofServices];
}

export const verdictTone = (status: ServerStatus): Tone =>
  isBroken(status) ? "bad" : status.services.every(({ state }) => serves(state)) ? "good" : "warn";
