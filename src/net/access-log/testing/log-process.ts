// A worker that does nothing but write its access log: so many lines into a folder, as quickly as it can. For tests only.
import { systemClock } from "../../../base/clock.ts";
import { Ends } from "../ends.ts";
import { FlushRounds } from "../flush-rounds.ts";
import { LogWriter } from "../log-writer.ts";
import { DiskPace, QuickDisk } from "../quick-disk.ts";
import { accessRecord } from "../record.ts";
import { SharedLimits } from "../shared-limits.ts";
import { formatFor, START_MS } from "./log-rig.ts";

const [folder = "", name = "", lines = "0"] = process.argv.slice(2);
const log = new LogWriter({
  disk: new QuickDisk(new DiskPace(systemClock)),
  clock: systemClock,
  report: () => {},
  limits: new SharedLimits(),
  rounds: new FlushRounds(systemClock),
});
const place = { kind: "w3c", folder, period: "day", fileBytesMax: 0 } as const;
log.follow({ ...place, format: formatFor(), keep: { forMs: null, bytes: null } });
const uriStem = `/${"x".repeat(100)}`;
for (let line = 0; line < Number(lines); line++) {
  const ends = new Ends(undefined, undefined, `${name}-${line}`);
  log.write({ ...accessRecord(), atMs: START_MS, method: "GET", uriStem, ends });
  // So that batches of both meet, and no bound is reached.
  if (line % 100 === 0) await log.flush();
}
await log.close();
