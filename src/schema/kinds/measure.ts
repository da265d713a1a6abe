// Durations and sizes, written with their unit and held in milliseconds and bytes. Pure.
import { accept, type Kind, refuse } from "../kind.ts";

interface Unit {
  readonly name: string;
  readonly size: number;
}

const timeUnits: readonly Unit[] = [
  { name: "d", size: 86_400_000 },
  { name: "h", size: 3_600_000 },
  { name: "m", size: 60_000 },
  { name: "s", size: 1000 },
  { name: "ms", size: 1 },
];
const sizeUnits: readonly Unit[] = [
  { name: "TiB", size: 2 ** 40 },
  { name: "GiB", size: 2 ** 30 },
  { name: "MiB", size: 2 ** 20 },
  { name: "KiB", size: 2 ** 10 },
  { name: "B", size: 1 },
];
/** What disks and people mean by the decimal names; read, never written. */
const decimalSizeUnits: readonly Unit[] = [
  { name: "TB", size: 1e12 },
  { name: "GB", size: 1e9 },
  { name: "MB", size: 1e6 },
  { name: "KB", size: 1e3 },
];

/** "1h30m" as the sum of its parts; undefined when any part is not a number with a unit. */
function sum(text: string, units: readonly Unit[]): number | undefined {
  let rest = text.replaceAll(" ", "");
  let total = 0;
  if (rest === "") return undefined;
  while (rest !== "") {
    const part = /^(\d{1,15})([a-z]+)/i.exec(rest);
    const unit = units.find((it) => it.name.toLowerCase() === part?.[2]?.toLowerCase());
    if (part === null || unit === undefined) return undefined;
    total += Number(part[1]) * unit.size;
    rest = rest.slice(part[0].length);
  }
  return Number.isSafeInteger(total) ? total : undefined;
}

/** The shortest exact spelling: 5400000 is "1h30m". */
function spell(value: number, units: readonly Unit[], several: boolean): string {
  const smallest = units.at(-1);
  if (value === 0 && smallest !== undefined) return `0${smallest.name === "ms" ? "s" : smallest.name}`;
  let rest = value;
  let written = "";
  for (const unit of units) {
    const fits = several || rest % unit.size === 0;
    const count = fits ? Math.floor(rest / unit.size) : 0;
    if (count === 0) continue;
    written += `${count}${unit.name}`;
    rest -= count * unit.size;
    if (rest === 0) break;
  }
  return written;
}

export const spellDuration = (milliseconds: number): string => spell(milliseconds, timeUnits, true);
export const spellSize = (bytes: number): string => spell(bytes, sizeUnits, false);

export function duration(bounds: { readonly min?: string; readonly max: string }): Kind<number, string> {
  const min = sum(bounds.min ?? "0s", timeUnits) ?? 0;
  const max = sum(bounds.max, timeUnits) ?? 0;
  const wish = `a duration from ${spellDuration(min)} to ${spellDuration(max)}, such as 90s, 10m or 1h30m`;
  return {
    name: "duration",
    wish,
    decode(given) {
      const value = typeof given === "string" ? sum(given, timeUnits) : undefined;
      return value !== undefined && value >= min && value <= max ? accept(value) : refuse(given, wish);
    },
    print: spellDuration,
    jsonSchema: { type: "string", pattern: "^( *[0-9]+ *(d|h|m|s|ms))+$", description: wish },
    example: "10m",
  };
}

export function byteSize(bounds: { readonly min?: string; readonly max: string }): Kind<number, string | number> {
  const units = [...sizeUnits, ...decimalSizeUnits];
  const min = sum(bounds.min ?? "0B", units) ?? 0;
  const max = sum(bounds.max, units) ?? 0;
  const wish = `a size from ${spellSize(min)} to ${spellSize(max)}, in bytes or such as 512KiB or 32MiB`;
  return {
    name: "size",
    wish,
    decode(given) {
      const value = typeof given === "string" ? sum(given, units) : given;
      return typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max
        ? accept(value)
        : refuse(given, wish);
    },
    print: spellSize,
    jsonSchema: { type: ["string", "integer"], description: wish },
    example: "32MiB",
  };
}
