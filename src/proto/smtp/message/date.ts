// The date as mail writes it (RFC 5322 §3.3) and as it was written by all who ever wrote one (§4.3). Pure: what time it
// is now is handed in.

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "Fri, 27 Nov 2026 12:40:09 +0000". `offsetMinutes` is how far the clocks there are before UTC. RFC 5322 §3.3 done. */
export function mailDate(atMs: number, offsetMinutes = 0): string {
  const there = new Date(atMs + offsetMinutes * 60_000);
  const time = [there.getUTCHours(), there.getUTCMinutes(), there.getUTCSeconds()].map(two).join(":");
  const day = `${days[there.getUTCDay()]}, ${there.getUTCDate()} ${months[there.getUTCMonth()]}`;
  const year = String(there.getUTCFullYear()).padStart(4, "0");
  const minutes = Math.abs(offsetMinutes);
  const zone = `${offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
  return `${day} ${year} ${time} ${zone}`;
}

const two = (value: number): string => String(value).padStart(2, "0");

const pattern =
  /^(?:[A-Za-z]{3,9}\s*,?\s*)?(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]*[\s-]+(\d{2,4})\s+(\d{1,2})\s*[:.]\s*(\d{2})(?:\s*[:.]\s*(\d{2}))?(?:\s*([+-]\d{4}|[A-Za-z]{1,5}))?(?:\s|$)/;

/** Hours before UTC, RFC 5322 §4.3 done. The single letters of the military were used the wrong way round: they say nothing. */
const zones: Readonly<Record<string, number>> = {
  EDT: -4,
  EST: -5,
  CDT: -5,
  CST: -6,
  MDT: -6,
  MST: -7,
  PDT: -7,
  PST: -8,
};

/** Milliseconds since 1970; undefined for what is no date. The day of the week is not believed, nor missed. */
export function readMailDate(text: string): number | undefined {
  const match = pattern.exec(withoutComments(text).trim());
  if (match === null) return undefined;
  const [, day = "", monthName = "", year = "", hour = "", minute = "", second = "0", zone = ""] = match;
  const month = months.findIndex((it) => it.toLowerCase() === monthName.toLowerCase());
  const parts = [fullYear(year), month, Number(day), Number(hour), Number(minute)] as const;
  const at = new Date(0);
  at.setUTCFullYear(parts[0], parts[1], parts[2]);
  at.setUTCHours(parts[3], parts[4], Math.min(Number(second), 59)); // a leap second
  const kept = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes()];
  if (month < 0 || Number(second) > 60 || kept.some((value, index) => value !== parts[index])) return undefined;
  return at.getTime() - offsetOf(zone) * 60_000;
}

/** Comments without others in them are all that dates ever had: "(CET)". */
const withoutComments = (text: string): string => text.replace(/\([^()]*\)/g, " ");

/** Two and three digits, RFC 5322 §4.3 done. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return year < 50 && digits.length === 2 ? 2000 + year : 1900 + year;
}

function offsetOf(zone: string): number {
  if (!/^[+-]/.test(zone)) return (zones[zone.toUpperCase()] ?? 0) * 60;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  return zone.startsWith("-") ? -minutes : minutes;
}
