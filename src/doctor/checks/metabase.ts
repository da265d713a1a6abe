// The metabase as a start would find it: whole, mended from its good copy, or not to be used at all. What a dry start tells is
// what is found; nothing is read twice.
import { about } from "../../base/fault.ts";
import { roomPath } from "../../base/home.ts";
import type { Occurrence } from "../../event/event.ts";
import { metabaseEvents } from "../../metabase/events.ts";
import { type DoctorCheck, type Finding, foundFault } from "../../service/doctor-check.ts";
import type { Case } from "../case.ts";

export const metabaseCheck: DoctorCheck<Case> = {
  name: "metabase",
  title: "the configuration: whole, of a known format, and kept twice",
  needs: ["home"],
  async look({ home, start, isUp, status }) {
    if (start === undefined) return [];
    const folder = roomPath(home, "metabase");
    const told = start.told.flatMap((it) => foundIn(it, folder, isUp));
    if (start.opened.ok) return told;
    const isNewer = start.told.some(({ number }) => number === metabaseEvents.madeByNewer.number);
    return [
      ...told,
      foundFault(start.opened.error, {
        level: "error",
        matters:
          status === undefined
            ? "No server can start on this home"
            : "The running server serves from memory; the next start will fail",
        article: isNewer ? "component-mismatch" : "metabase-damaged",
        stops: true,
        causes: ["metabase", `path:${folder}`],
        comesOf: [`path:${folder}`],
      }),
    ];
  },
};

/** What a start mends by itself, and so can be mended now. */
const mended: ReadonlySet<number> = new Set(
  [
    metabaseEvents.storeSetAside,
    metabaseEvents.storeBroughtForward,
    metabaseEvents.copySetAside,
    metabaseEvents.copyWritten,
  ].map((it) => it.number),
);
/** What happens in the dry start alone, so that nothing of it is so in the home; and why there is none, which the fault says. */
const left: ReadonlySet<number> = new Set(
  [metabaseEvents.revisionRecorded, metabaseEvents.madeByNewer].map((it) => it.number),
);

function foundIn({ number, level, sentence, remedy }: Occurrence, folder: string, isUp: boolean): readonly Finding[] {
  const isNews = mended.has(number) || level === "error" || level === "warning";
  if (left.has(number) || !isNews) return [];
  const row = Object.values(metabaseEvents).find((it) => it.number === number);
  return [
    {
      level: level === "error" ? "error" : "warning",
      subject: about("metabase", folder),
      what: `A start would say: ${sentence.replace(/\.$/, "")}`,
      matters: mended.has(number)
        ? "What serves is whole, but the configuration is kept once only until this is mended"
        : "The next start changes the configuration by itself",
      remedy: remedy === "" ? "Start the server, which mends it: inetsrv up" : remedy,
      article: row !== undefined && "article" in row ? (row.article ?? null) : "metabase-damaged",
      causes: ["metabase"],
      comesOf: [`path:${folder}`],
      fix:
        mended.has(number) && !isUp
          ? {
              would: "mend it from what is whole, as a start does, with what is damaged kept aside",
              whenDown: true,
              steps: [{ step: "open-metabase" }],
            }
          : undefined,
    },
  ];
}
