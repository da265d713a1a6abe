// A moment in time, written as ISO 8601 in UTC and held as milliseconds since 1970. Pure.
import { type Kind, textual } from "../kind.ts";

const WRITTEN = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/;

export const moment: Kind<number, string> = textual(
  "moment",
  "a moment in UTC such as 2030-12-31T23:59:59Z, or a day such as 2030-12-31 for its beginning",
  "2030-12-31T23:59:59Z",
  (text) => {
    const ms = WRITTEN.test(text) ? Date.parse(text) : Number.NaN;
    // Date.parse takes the 31st of June for the 1st of July.
    return Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text.slice(0, 10)) ? undefined : ms;
  },
  (ms) => new Date(ms).toISOString().replace(".000Z", "Z"),
);
