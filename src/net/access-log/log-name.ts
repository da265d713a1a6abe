// The names of access log files, as IIS gave them: by hour, day, week, month or size. All times are UTC. Pure.

export const logKinds = ["w3c", "ncsa"] as const;
export type LogKind = (typeof logKinds)[number];
export const logPeriods = ["hour", "day", "week", "month", "size"] as const;
export type LogPeriod = (typeof logPeriods)[number];

/** `u_` says UTF-8, as IIS 7 and later have it. */
const beginnings: Readonly<Record<LogKind, { readonly timed: string; readonly sized: string }>> = {
  w3c: { timed: "u_ex", sized: "u_extend" },
  ncsa: { timed: "nc", sized: "ncsa" },
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A file that takes the lines of a span of time. */
export interface TimedFile {
  readonly name: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

export function timedFile(kind: LogKind, period: Exclude<LogPeriod, "size">, atMs: number): TimedFile {
  const at = new Date(atMs);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const file = (fromMs: number, untilMs: number, ...digits: readonly number[]): TimedFile => ({
    name: `${beginnings[kind].timed}${[year % 100, month + 1, ...digits].map(two).join("")}.log`,
    fromMs,
    untilMs,
  });
  const monthFrom = Date.UTC(year, month);
  const monthUntil = Date.UTC(year, month + 1);
  const dayFrom = Date.UTC(year, month, day);
  switch (period) {
    case "hour": {
      const hour = at.getUTCHours();
      return file(dayFrom + hour * HOUR_MS, dayFrom + (hour + 1) * HOUR_MS, day, hour);
    }
    case "day":
      return file(dayFrom, dayFrom + DAY_MS, day);
    case "week": {
      // Weeks of the month, from Sunday to Saturday; the first and the last one may be short.
      const sundayFrom = dayFrom - at.getUTCDay() * DAY_MS;
      const from = Math.max(sundayFrom, monthFrom);
      return file(from, Math.min(sundayFrom + 7 * DAY_MS, monthUntil), weekOfMonth(day, at.getUTCDay()));
    }
    case "month":
      return file(monthFrom, monthUntil);
    default:
      return period satisfies never;
  }
}

const weekOfMonth = (day: number, weekday: number): number => Math.ceil((day - weekday - 1) / 7) + 1;

export const sizedName = (kind: LogKind, number: number): string => `${beginnings[kind].sized}${number}.log`;

/** The number of the youngest file by size, or 0 when there is none. */
export const youngestSized = (kind: LogKind, names: readonly string[]): number =>
  Math.max(0, ...names.map((name) => numberOf(kind, name) ?? 0));

function numberOf(kind: LogKind, name: string): number | undefined {
  const { sized } = beginnings[kind];
  const digits = name.startsWith(sized) ? /^([1-9]\d{0,8})\.log$/.exec(name.slice(sized.length))?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}

/** Whether we write files of such a name, in whatever period: nothing else is ever read or removed. */
export const isLogName = (name: string): boolean => kindOfLog(name) !== undefined;

export const kindOfLog = (name: string): LogKind | undefined =>
  logKinds.find((kind) => spanOf(kind, name) !== undefined || numberOf(kind, name) !== undefined);

/** The span whose lines a file can hold; undefined where the name does not tell. */
export function spanOfLog(name: string): Omit<TimedFile, "name"> | undefined {
  const kind = kindOfLog(name);
  return kind && spanOf(kind, name);
}

const TIMED = /^(\d\d)(\d\d)(\d\d)?(\d\d)?\.log$/;

function spanOf(kind: LogKind, name: string): Omit<TimedFile, "name"> | undefined {
  const { timed } = beginnings[kind];
  const digits = name.startsWith(timed) ? TIMED.exec(name.slice(timed.length)) : null;
  if (digits === null) return undefined;
  const [year = 0, month = 0, third, hour] = digits.slice(1).map((it) => (it === undefined ? undefined : Number(it)));
  if (month < 1 || month > 12) return undefined;
  const monthFrom = Date.UTC(2000 + year, month - 1);
  const monthSpan = { fromMs: monthFrom, untilMs: Date.UTC(2000 + year, month) };
  if (third === undefined) return monthSpan;
  const dayFrom = monthFrom + (third - 1) * DAY_MS;
  if (third < 1 || dayFrom >= monthSpan.untilMs) return undefined;
  if (hour !== undefined) {
    const from = dayFrom + hour * HOUR_MS;
    return hour < 24 ? { fromMs: from, untilMs: from + HOUR_MS } : undefined;
  }
  // Day and week look alike up to 06: then it may be either, and is taken for the whole month.
  return third <= 6 ? monthSpan : { fromMs: dayFrom, untilMs: dayFrom + DAY_MS };
}

const two = (value: number): string => String(value).padStart(2, "0");
