// Open files: what the kernel allows the server, against what it may need and what it has open.
import { readdirSync, readFileSync } from "node:fs";
import { about } from "../../base/fault.ts";
import { seen } from "../../base/seen.ts";
import type { LogRecord } from "../../event/log-record.ts";
import { netEvents } from "../../net/events.ts";
import type { DoctorCheck, Finding } from "../../service/doctor-check.ts";
import type { Case } from "../case.ts";
import { sitesOf } from "../sites.ts";

/** A process has these besides its connections: logs, sockets, files that are sent. */
const BESIDES = 256;
const FULL_SHARE = 0.9;

export const descriptorsCheck: DoctorCheck<Case> = {
  name: "descriptors",
  title: "the limit of open files, against the connections that are allowed",
  needs: ["metabase"],
  async look(it) {
    const { metabase, parts, status } = it;
    if (metabase === undefined) return [];
    const sites = sitesOf(metabase, parts.services);
    const [most] = [...sites].sort((a, b) => b.values.connectionsMax - a.values.connectionsMax);
    const limit = hardLimit(status?.pid);
    const findings: Finding[] = [...held(it)];
    if (most !== undefined && limit !== undefined && limit < most.values.connectionsMax + BESIDES)
      findings.push({
        level: "warning",
        subject: about("setting", `${most.path}/connectionsMax`),
        what: `${most.path} may have ${most.values.connectionsMax} connections, and a process ${limit} open files`,
        matters: "Connections beyond that are turned away, whatever the setting says",
        remedy: "Raise the limit (LimitNOFILE of the unit, or ulimit -n), or lower the setting",
        article: "out-of-descriptors",
      });
    return findings;
  },
};

/** Workers that take nobody any more, or soon cannot. */
function held({ status, events }: Case): readonly Finding[] {
  const waiting = waitingAt(events);
  return (status?.services ?? []).flatMap(({ name, workers }) =>
    workers.flatMap(({ pid }): readonly Finding[] => {
      const [open, allowed] = [openFiles(pid), hardLimit(pid)];
      const full = waiting.find(({ parameters }) => parameters.pid === pid);
      const isShort = open !== undefined && allowed !== undefined && open >= allowed * FULL_SHARE;
      if (full === undefined && !isShort) return [];
      return [
        {
          level: "error",
          subject: about("process", String(pid)),
          what:
            full === undefined
              ? `Process ${pid} of ${name} has ${open} of ${allowed} files open`
              : `Process ${pid} of ${name} has ${full.parameters.open} connections open and takes no more at ${full.object.name}, as it may have ${allowed ?? "few"} files open`,
          matters:
            full === undefined ? "It can soon open no file any more" : "Whoever connects waits until others have gone",
          remedy: `Raise the limit (LimitNOFILE of the unit, or ulimit -n), or lower ${name}/connectionsMax`,
          article: "out-of-descriptors",
          causes: [`site:${name}`],
        },
      ];
    }),
  );
}

/** What was said last of each address where connections wait, as long as nothing better was. */
function waitingAt(events: Case["events"]): readonly LogRecord[] {
  const waiting = new Map<string, LogRecord>();
  for (const it of events)
    if (it.number === netEvents.connectionsWait.number) waiting.set(it.object.name, it);
    else if (it.number === netEvents.connectionsComeAgain.number) waiting.delete(it.object.name);
  return [...waiting.values()];
}

function hardLimit(pid: number | undefined): number | undefined {
  const text = seen(() => readFileSync(`/proc/${pid ?? "self"}/limits`, "utf8"), ""); // system path
  const [, limit] = /^Max open files\s+\S+\s+(\d+)/m.exec(text) ?? [];
  return limit === undefined ? undefined : Number(limit);
}

/** undefined of a process of another user, or one that is gone. */
const openFiles = (pid: number): number | undefined => seen(() => readdirSync(`/proc/${pid}/fd`).length, undefined); // system path
