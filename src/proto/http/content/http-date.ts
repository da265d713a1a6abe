// Dates as HTTP writes and reads them, RFC 9110 §5.6.7 done: one form is written, three are read. Pure.

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
const MONTH = `(${MONTHS.match(/.../g)?.join("|")})`;
const TIME = "(\\d{2}):(\\d{2}):(\\d{2})";
const imf = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\\d{2}) ${MONTH} (\\d{4}) ${TIME} GMT$`);
const rfc850 = new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\\d{2})-${MONTH}-(\\d{2}) ${TIME} GMT$`);
const asctime = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} ([ \\d]\\d) ${TIME} (\\d{4})$`);

/** "Sun, 06 Nov 1994 08:49:37 GMT"; parts of a second are dropped. */
export const httpDate = (atMs: number): string => new Date(atMs).toUTCString();

/** Undefined for what is no date. The time of reading tells the century of the old form with two digits. */
export function readHttpDate(text: string, nowMs: number): number | undefined {
  const [, day, month, year, ...time] = imf.exec(text) ?? [];
  if (day !== undefined) return at(Number(year), month, day, time);
  const [, oldDay, oldMonth, digits, ...oldTime] = rfc850.exec(text) ?? [];
  if (oldDay !== undefined) return at(nearYear(Number(digits), nowMs), oldMonth, oldDay, oldTime);
  const [, cMonth, cDay, hour, minute, second, cYear] = asctime.exec(text) ?? [];
  return at(Number(cYear), cMonth, cDay, [hour, minute, second]);
}

/** What seems to lie more than fifty years ahead was meant to lie behind. */
function nearYear(digits: number, nowMs: number): number {
  const now = new Date(nowMs).getUTCFullYear();
  const year = now - (now % 100) + digits;
  return year > now + 50 ? year - 100 : year;
}

function at(year: number, month = "", day = "", time: readonly (string | undefined)[] = []): number | undefined {
  const [hour = Number.NaN, minute = Number.NaN, second = Number.NaN] = time.map(Number);
  const date = new Date(Date.UTC(2000, MONTHS.indexOf(month) / 3, Number(day), hour, minute, Math.min(second, 59)));
  date.setUTCFullYear(year);
  // A leap second counts as the one before it; the 31st of June and 24 o'clock do not exist.
  const exists = date.getUTCDate() === Number(day) && date.getUTCHours() === hour && date.getUTCMinutes() === minute;
  return exists && second <= 60 ? date.getTime() : undefined;
}
