// Which events somebody wants to see, read from what was typed. Pure: the time is handed in.
import { about, type Fault, fault } from "../base/fault.ts";
import { didYouMean } from "../base/nearest.ts";
import { bad, good, type Result } from "../base/result.ts";
import { type Level, levels, type Occurrence } from "./event.ts";

export interface EventFilter {
  readonly sinceMs?: number;
  readonly service?: string;
  /** This level and all that are worse. */
  readonly level?: Level;
  readonly number?: number;
}

export function matches(filter: EventFilter, it: Occurrence): boolean {
  return (
    (filter.sinceMs === undefined || it.atMs >= filter.sinceMs) &&
    (filter.service === undefined || it.service === filter.service) &&
    (filter.level === undefined || levels.indexOf(it.level) <= levels.indexOf(filter.level)) &&
    (filter.number === undefined || it.number === filter.number)
  );
}

/** As typed after --since, --service, --level and --number. */
export interface FilterWords {
  readonly since?: string | undefined;
  readonly service?: string | undefined;
  readonly level?: string | undefined;
  readonly number?: string | undefined;
}

/** The filter, or every word that is wrong. */
export function readFilter(words: FilterWords, nowMs: number): Result<EventFilter, readonly Fault[]> {
  const faults: Fault[] = [];
  const read = <T>(option: string, word: string | undefined, reader: (word: string) => Result<T, string>) => {
    if (word === undefined) return undefined;
    const result = reader(word);
    if (result.ok) return result.value;
    const attempted = `Cannot select events by --${option} "${word}"`;
    faults.push(fault(about("command", "events"), attempted, "it is not understood", result.error));
    return undefined;
  };
  const sinceMs = read("since", words.since, (word) => readSince(word, nowMs));
  const level = read("level", words.level, readLevel);
  const number = read("number", words.number, readNumber);
  if (faults.length > 0) return bad(faults);
  return good({
    ...(sinceMs !== undefined && { sinceMs }),
    ...(level !== undefined && { level }),
    ...(number !== undefined && { number }),
    ...(words.service !== undefined && { service: words.service }),
  });
}

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** "10m" back from now, or a local date with or without a time. */
export function readSince(word: string, nowMs: number): Result<number, string> {
  const span = /^(\d{1,6})([smhdw])$/.exec(word);
  if (span !== null) return good(nowMs - Number(span[1]) * (unitsMs[span[2] ?? ""] ?? 0));
  const date = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?$/.exec(word);
  if (date !== null) {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = date.slice(1).map((it) => Number(it ?? 0));
    const at = new Date(year, month - 1, day, hour, minute, second);
    const real = at.getMonth() === month - 1 && at.getDate() === day && hour < 24 && minute < 60 && second < 60;
    if (real) return good(at.getTime());
  }
  return bad("Write a span such as 10m, 2h or 3d, or a date such as 2026-11-21 or 2026-11-21T10:00");
}

function readLevel(word: string): Result<Level, string> {
  const found = levels.find((level) => level === word);
  return found === undefined ? bad(`Use one of ${levels.join(", ")}${didYouMean(word, levels)}`) : good(found);
}

function readNumber(word: string): Result<number, string> {
  return /^\d{1,9}$/.test(word) ? good(Number(word)) : bad("Write the number of an event, such as 3100");
}
