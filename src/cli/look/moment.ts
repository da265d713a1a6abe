// Times, lengths of time and sizes as people read them at a glance; two units are enough. Pure.

const units = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;

/** "2h 10m", "45s"; below a second "0s". */
export function shortDuration(milliseconds: number): string {
  let rest = Math.max(0, Math.floor(milliseconds / 1000));
  const first = units.findIndex(([, seconds]) => rest >= seconds);
  if (first < 0) return "0s";
  const words: string[] = [];
  for (const [name, seconds] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / seconds);
    if (count > 0) words.push(`${count}${name}`);
    rest -= count * seconds;
  }
  return words.join(" ");
}

/** "40 MiB": to be read, not to be exact. */
export function shortSize(bytes: number): string {
  const names = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < names.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${names[unit]}`;
}

export const count = (many: number, one: string, several = `${one}s`): string =>
  `${many.toLocaleString("en")} ${many === 1 ? one : several}`;
