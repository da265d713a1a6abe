// Opens a metabase as whoever it runs as, tries one change, and prints what came of it as one line of JSON.
import { systemClock } from "../../base/clock.ts";
import { sentence } from "../../base/fault.ts";
import { reporter } from "../../event/event.ts";
import { refusalSentences } from "../change/refusal.ts";
import { openMetabase } from "../open-metabase.ts";
import { crashOptions } from "./crash-options.ts";

const told: number[] = [];
const report = reporter("server", Date.now, (it) => told.push(it.number));
const opened = await openMetabase({ ...crashOptions(process.argv[2] ?? ""), clock: systemClock, report });
if (opened.ok) {
  const metabase = opened.value;
  const edits = [{ at: "smtp", set: { relay: "listed" } }];
  const done = await metabase.change({ who: "child", why: "", edits });
  const change = done.ok ? done.value.is : refusalSentences(done.error).join();
  console.log(JSON.stringify({ head: metabase.head.n, told, change }));
} else console.log(JSON.stringify({ fault: sentence(opened.error), told }));
