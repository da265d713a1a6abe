// The state of everything on one screen: the verdict first, then the server, the services with their sites, and what
// is wrong with what to type. Lines only; nothing is asked or printed here.

import { localTime } from "../../base/local-time.ts";
import { type ServerStatus, type ServiceStatus, type SiteStatus, shownAddresses } from "../../supervisor/answers.ts";
import type { State } from "../../supervisor/states.ts";
import { type Line, type Span, toned } from "../look/line.ts";
import { count, shortDuration, shortSize } from "../look/moment.ts";
import { type Column, tableLines } from "../look/table.ts";
import { wrap } from "../look/wrap.ts";
import { faultLines } from "./fault-view.ts";
import { isTrouble, stateSpan, stateText, verdict, verdictTone } from "./verdict.ts";

export interface StatusLook {
  readonly nowMs: number;
  /** For tables. */
  readonly width: number | undefined;
  readonly proseWidth: number;
  /** Every site and every fault, however many. */
  readonly all: boolean;
}

/** A service with more sites shows only those in trouble. */
const SITES_SHOWN_MAX = 20;
const FAULTS_SHOWN_MAX = 10;
const ADDRESSES_SHOWN_MAX = 4;

export function statusLines(status: ServerStatus, look: StatusLook): readonly Line[] {
  return [
    ...wrap(verdict(status), look.proseWidth).map((it) => toned(verdictTone(status), it)),
    "",
    ...serverLines(status, look),
    "",
    ...serviceLines(status.services, look),
    ...wrongLines(status, look),
    ...doctorLines(status, look),
  ];
}

/** What nobody notices who only serves: it waits until somebody looks. */
function doctorLines({ doctor }: ServerStatus, { proseWidth }: StatusLook): readonly Line[] {
  if (doctor?.first == null) return [];
  const all = doctor.errors + doctor.warnings;
  const said = `The doctor found ${count(all, "thing")} at ${localTime(doctor.atMs)}: ${doctor.first}${all > 1 ? ", and more" : ""}. See: inetsrv doctor`;
  return ["", ...wrap(said, proseWidth).map((it) => toned(doctor.errors > 0 ? "bad" : "warn", it))];
}

function serverLines(status: ServerStatus, { nowMs, width }: StatusLook): readonly Line[] {
  const { version, pid, home, revision, sinceMs, pending, trial, usage } = status;
  const used = usage === null ? "" : `, ${shortSize(usage.memoryBytes)}, CPU ${shortDuration(usage.cpuMs)}`;
  const rows: (readonly Span[])[] = [
    ["server", `inetsrv ${version}, process ${pid}${used}`],
    ["home", home],
    ["since", `${localTime(sinceMs)} (${shortDuration(nowMs - sinceMs)})`],
    ["revision", String(revision)],
  ];
  if (pending !== null) {
    const left = shortDuration(pending.untilMs - nowMs);
    const text = `revision ${pending.revision} by ${pending.who} is taken back in ${left}; keep it: inetsrv config confirm`;
    rows.push(["unconfirmed", toned("warn", text)]);
  }
  if (trial !== null) {
    const left = shortDuration(Math.max(0, trial.untilMs - nowMs));
    const text = `release ${trial.to} has ${left} left; ${trial.from} stands by. Back at once: inetsrv release rollback`;
    rows.push(["on trial", toned("warn", text)]);
  }
  return tableLines([{ title: "" }, { title: "", yields: 1 }], rows, width);
}

/** Services have no addresses of their own; in their rows it is said what they wait for. */
const columns: readonly Column[] = [
  { title: "Name", yields: 1 },
  { title: "State" },
  { title: "Addresses", yields: 2 },
  { title: "Since", align: "right", leaves: 1 },
  { title: "Conns", align: "right", leaves: 2 },
  { title: "CPU", align: "right", leaves: 4 },
  { title: "Memory", align: "right", leaves: 3 },
];

export function serviceLines(services: readonly ServiceStatus[], look: StatusLook): readonly Line[] {
  const rows = services.flatMap((service): readonly (readonly Span[])[] => {
    const { name, sites } = service;
    const shown = look.all || sites.length <= SITES_SHOWN_MAX ? sites : sites.filter(isTrouble);
    const first = look.all ? shown : shown.slice(0, SITES_SHOWN_MAX);
    const hidden = sites.length - first.length;
    return [
      serviceRow(service, look.nowMs),
      ...first.map((site) => siteRow(name, site, look.nowMs)),
      ...(hidden === 0 ? [] : [[`${name}/...`, toned("dim", hiddenSites(sites, first)), ALL_HINT]]),
    ];
  });
  return tableLines(columns, rows, look.width);
}

const ALL_HINT = "inetsrv status --all";

/** "9,990 running, 3 stopped" for the sites that are not shown one by one. */
function hiddenSites(sites: readonly SiteStatus[], shown: readonly SiteStatus[]): string {
  const seen = new Set(shown);
  const counts = new Map<State, number>();
  for (const site of sites) if (!seen.has(site)) counts.set(site.state, (counts.get(site.state) ?? 0) + 1);
  return [...counts].map(([state, many]) => `${many.toLocaleString("en")} ${stateText(state)}`).join(", ");
}

function serviceRow(service: ServiceStatus, nowMs: number): readonly Span[] {
  const { name, state, sinceMs, workers } = service;
  const sum = (of: (worker: (typeof workers)[number]) => number) => workers.reduce((total, it) => total + of(it), 0);
  const used =
    workers.length === 0
      ? ["", "", ""]
      : [
          String(sum((it) => it.connections)),
          shortDuration(sum((it) => it.cpuMs)),
          shortSize(sum((it) => it.memoryBytes)),
        ];
  return [name, stateSpan(state), remark(service, nowMs), shortDuration(nowMs - sinceMs), ...used];
}

function remark({ state, by, workers, nextTryMs }: ServiceStatus, nowMs: number): string {
  const waiting = workers.flatMap((it) =>
    it.state === "draining" && it.connections > 0 && it.waitingFor !== "" ? [it.waitingFor] : [],
  );
  return [
    ...(state === "stopped" || state === "paused" ? [`by ${by}`] : []),
    ...(nextTryMs === null ? [] : [`tried again in ${shortDuration(nextTryMs - nowMs)}`]),
    ...(waiting.length === 0 ? [] : [`waiting for ${waiting.join(", ")}`]),
  ].join("; ");
}

function siteRow(
  service: string,
  { name, title, state, sinceMs, ...site }: SiteStatus,
  nowMs: number,
): readonly Span[] {
  const addresses = shownAddresses(site);
  const more = addresses.length - ADDRESSES_SHOWN_MAX;
  const shown = [...addresses.slice(0, ADDRESSES_SHOWN_MAX), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
  const titled = [...(title === "" ? [] : [title]), shown].join(": ");
  return [`${service}/${name}`, stateSpan(state), titled, shortDuration(nowMs - sinceMs)];
}

/** Every fault once, with what to type. */
export function wrongLines(
  { faults, services }: Pick<ServerStatus, "faults" | "services">,
  look: StatusLook,
): readonly Line[] {
  const told = [
    ...faults.map((fault) => ({ owner: "", fault })),
    ...services.flatMap(({ name, faults: own, sites }) => [
      ...own.map((fault) => ({ owner: name, fault })),
      ...sites.flatMap((site) => site.faults.map((fault) => ({ owner: `${name}/${site.name}`, fault }))),
    ]),
  ];
  if (told.length === 0) return [];
  const byText = new Map<string, (typeof told)[number]>();
  for (const it of told) byText.set(JSON.stringify(it.fault), byText.get(JSON.stringify(it.fault)) ?? it);
  const once = [...byText.values()];
  const shown = look.all ? once : once.slice(0, FAULTS_SHOWN_MAX);
  const more = once.length - shown.length;
  return [
    "",
    toned("strong", "What is wrong"),
    ...shown.flatMap(({ fault, owner }) => faultLines(fault, look.proseWidth, owner)),
    ...(more === 0 ? [] : [`and ${count(more, "more thing")}: ${ALL_HINT}`]),
    ...wrap("What causes what, and what can be mended at once: inetsrv doctor", look.proseWidth).map((it) =>
      toned("dim", it),
    ),
  ];
}
