// What the running server says of itself, and the last words of one that could not start. It comes last: most of it follows
// from what the other checks have found.
import { about, type Fault } from "../../base/fault.ts";
import { roomPath } from "../../base/home.ts";
import { shellWord } from "../../base/shell-word.ts";
import { type DoctorCheck, type Finding, foundFault, type Mark } from "../../service/doctor-check.ts";
import type { ServiceStatus, SiteStatus } from "../../supervisor/answers.ts";
import type { Case } from "../case.ts";

const SITES_MAX = 50;

export const serverCheck: DoctorCheck<Case> = {
  name: "server",
  title: "what the running server says is wrong: services, sites, and since when",
  needs: ["home"],
  async look(it) {
    const { status, home, isHeld, serverUser } = it;
    if (status !== undefined)
      return [
        ...status.faults.map((fault) => ofServer(fault)),
        ...status.services.flatMap((service) => [...ofService(service)]),
      ];
    const me = process.getuid?.();
    // A socket that belongs to another is not ours to ask.
    if (!isHeld || (me !== 0 && me !== serverUser?.uid)) return [];
    return [
      {
        level: "error",
        subject: about("home", home.root),
        what: "Some process has the home, and no server answers at its control socket",
        matters: "It may be starting, ending, or hang; no command reaches it",
        remedy: `See who it is: cat ${shellWord(roomPath(home, "run", "supervisor.lock"))}`,
        article: "stop-overlaps-start",
      },
    ];
  },
};

const ofServer = (fault: Fault): Finding =>
  foundFault(fault, {
    level: "error",
    matters: "A part of the server does not work",
    article: null,
    comesOf: marksOf(fault),
  });

function* ofService({ name, title, state, sinceMs, faults, sites }: ServiceStatus): Generator<Finding> {
  for (const fault of faults)
    yield foundFault(fault, {
      level: "error",
      sinceMs,
      matters: `${title} is ${state}`,
      // A worker that refuses to join names the file that differs; else one was lost, or could not start.
      article: fault.subject.kind === "file" ? "component-mismatch" : "crash-loop",
      causes: [`site:${name}`],
      comesOf: [`site:${name}`, ...marksOf(fault)],
    });
  const troubled = sites.filter((it) => it.faults.length > 0);
  for (const site of troubled.slice(0, SITES_MAX)) yield* ofSite(name, site);
}

function* ofSite(service: string, { path, state, sinceMs, faults }: SiteStatus): Generator<Finding> {
  for (const fault of faults)
    yield foundFault(fault, {
      level: "error",
      sinceMs,
      matters: `${path} is ${state}`,
      article: "configuration-refused",
      comesOf: [...marksOf(fault), `site:${path}`, `site:${service}`],
    });
}

/** By what a fault knows its cause: its object, and paths and addresses in its words. */
function marksOf({ subject, attempted, because }: Fault): readonly Mark[] {
  const text = `${attempted} ${because}`;
  const paths = [...text.matchAll(/(?<![\w:/])\/[^\s,;:'"]+/g)].map((it): Mark => `path:${it[0].replace(/\.$/, "")}`);
  const address = /Cannot listen on (\S+)/.exec(attempted)?.[1];
  return [
    ...paths,
    // In a text a path ends at the first space; as an object it is whole.
    ...(["file", "home", "key", "metabase"].includes(subject.kind) ? ([`path:${subject.name}`] as const) : []),
    ...(address === undefined ? [] : ([`address:${address}`] as const)),
    ...(subject.kind === "secret" ? ([`secret:${subject.name}`, "keys"] as const) : []),
    ...(subject.kind === "key" ? (["keys"] as const) : []),
    ...(subject.kind === "certificate" ? ([`certificate:${subject.name}`] as const) : []),
    ...(subject.kind === "metabase" ? (["metabase"] as const) : []),
    ...(/ENOSPC|EDQUOT|disk is full|No space left|disk quota/i.test(text) ? (["disk full"] as const) : []),
    ...(/spool|mail queue/i.test(text) ? (["spool"] as const) : []),
  ];
}
