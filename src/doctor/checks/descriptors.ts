// Open files: what the kernel allows the server, against what it may need and what it has open.
import { readdirSync, readFileSync } from "node:fs";
import { about } from "../../base/fault.ts";
import { connectionsWithin } from "../../net/front/connections-within.ts";
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
  async look({ metabase, parts, status }) {
    if (metabase === undefined) return [];
    const sites = sitesOf(metabase, parts.services);
    const [most] = [...sites].sort((a, b) => b.values.connectionsMax - a.values.connectionsMax);
    const limit = hardLimit(status?.pid);
    const findings: Finding[] = [...held(status)];
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
function held(status: Case["status"]): readonly Finding[] {
  return (status?.services ?? []).flatMap(({ name, workers }) =>
    workers.flatMap(({ pid, connections }): readonly Finding[] => {
      const [open, allowed] = [openFiles(pid), hardLimit(pid)];
      if (allowed === undefined) return [];
      const isFull = connections >= connectionsWithin(allowed);
      if (!isFull && (open === undefined || open < allowed * FULL_SHARE)) return [];
      return [
        {
          level: "error",
          subject: about("process", String(pid)),
          what: isFull
            ? `Process ${pid} of ${name} has ${connections} connections open and takes no more, as it may have ${allowed} files open`
            : `Process ${pid} of ${name} has ${open} of ${allowed} files open`,
          matters: isFull ? "Whoever connects waits until others have gone" : "It can soon open no file any more",
          remedy: `Raise the limit (LimitNOFILE of the unit, or ulimit -n), or lower ${name}/connectionsMax`,
          article: "out-of-descriptors",
          causes: [`site:${name}`],
        },
      ];
    }),
  );
}

function hardLimit(pid: number | undefined): number | undefined {
  const text = seen(() => readFileSync(`/proc/${pid ?? "self"}/limits`, "utf8")); // system path
  const [, limit] = /^Max open files\s+\S+\s+(\d+)/m.exec(text ?? "") ?? [];
  return limit === undefined ? undefined : Number(limit);
}

const openFiles = (pid: number): number | undefined => seen(() => readdirSync(`/proc/${pid}/fd`).length); // system path

const seen = <T>(look: () => T): T | undefined => {
  try {
    return look();
  } catch {
    return undefined; // of another user, or gone
  }
};
