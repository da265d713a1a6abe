// A process that writes errors for ever and says on standard output which are kept: for a test to kill.
import { systemClock } from "../../base/clock.ts";
import { EventLog } from "../event-log.ts";
import { occurrence } from "./occurrence.ts";

const log = new EventLog(process.argv[2] ?? "", systemClock, { limits: { fileBytesMax: 20_000, filesKept: 1000 } });
const said = Bun.stdout.writer();
for (let index = 0; ; index++) {
  const object = { kind: "site", name: `site ${index}` } as const;
  log.write(occurrence({ object, sentence: "on the way" }));
  log.write(occurrence({ object, level: "error", sentence: `error ${index}`, number: 1 }));
  said.write(`${index}\n`);
  await said.flush();
}
