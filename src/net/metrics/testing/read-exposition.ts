// A strict reader of Prometheus' text format 0.0.4, which refuses what a scraper would stumble over: series without
// their head, families in two parts, the same series twice, histograms that do not add up. Only for tests.

export interface ReadFamily {
  readonly kind: string;
  readonly doc: string;
  /** `name{label="value"}`, as it stands there, to its value. */
  readonly series: ReadonlyMap<string, number>;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const SERIES = new RegExp(`^(${NAME})(?:\\{((?:${LABEL})(?:,${LABEL})*)\\})? (\\S+)$`);

export function readExposition(text: string): ReadonlyMap<string, ReadFamily> {
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line does not end");
  const families = new Map<string, { kind: string; doc: string; series: Map<string, number> }>();
  let current = "";
  for (const line of text.split("\n").slice(0, -1)) {
    const [, help, doc] = /^# HELP (\S+) (.*)$/.exec(line) ?? [];
    const [, typed, kind] = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (help !== undefined) {
      if (families.has(help)) throw new Error(`${help} comes twice`);
      families.set(help, { kind: "", doc: doc ?? "", series: new Map() });
      current = help;
    } else if (typed !== undefined) {
      const family = families.get(typed);
      if (typed !== current || family === undefined) throw new Error(`TYPE of ${typed} without its HELP`);
      family.kind = kind ?? "";
    } else {
      const [, name, labels, number] = SERIES.exec(line) ?? [];
      if (name === undefined) throw new Error(`no series: ${line}`);
      const family = families.get(current);
      if (name.replace(/_(bucket|sum|count)$/, "") !== current && name !== current)
        throw new Error(`${name} stands below ${current}`);
      if (family?.kind === "" || family === undefined) throw new Error(`${name} without its TYPE`);
      const value = Number(number);
      if (!Number.isFinite(value)) throw new Error(`no number: ${line}`);
      const series = labels === undefined ? name : `${name}{${labels}}`;
      if (family.series.has(series)) throw new Error(`${series} comes twice`);
      family.series.set(series, value);
    }
  }
  for (const [name, { kind, series }] of families) {
    if (series.size === 0) throw new Error(`${name} has no series`);
    if (kind === "histogram") checkHistogram(name, series);
  }
  return families;
}

function checkHistogram(name: string, series: ReadonlyMap<string, number>): void {
  for (const [count, total] of series) {
    if (!count.startsWith(`${name}_count`)) continue;
    const labels = /\{(.*)\}$/.exec(count)?.[1] ?? "";
    const buckets = [...series].filter(([it]) => it.startsWith(`${name}_bucket{${labels},le=`));
    const values = buckets.map(([, value]) => value);
    if (buckets.at(-1)?.[0].includes('le="+Inf"') !== true) throw new Error(`${count}: no last bucket`);
    if (values.at(-1) !== total) throw new Error(`${count} is not what its last bucket says`);
    if (values.some((it, at) => it < (values[at - 1] ?? 0))) throw new Error(`${count}: a bucket has less than before`);
    if (!series.has(count.replace("_count", "_sum"))) throw new Error(`${count} without its sum`);
  }
}
