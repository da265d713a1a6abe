// A moment as people read it on this machine, and how far that is from UTC. Pure but for the time zone of the process.

/** Local time, to the second, sortable: "2026-07-27 14:03:22". */
export function localTime(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}`;
}

/** How far the clocks here are before UTC at that moment. */
export const localOffsetMinutes = (atMs: number): number => -new Date(atMs).getTimezoneOffset();
