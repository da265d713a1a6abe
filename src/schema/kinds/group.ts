// Kinds made of other kinds: lists, and tables of rows keyed by name. Pure.
import { isObject, type Json, type JsonObject, sameJson } from "../../base/json.ts";
import { didYouMean } from "../../base/nearest.ts";
import { accept, type Complaint, type Kind, refuse, within } from "../kind.ts";

export function list<T, Written extends Json>(
  item: Kind<T, Written>,
  bounds: { readonly min?: number; readonly max: number },
): Kind<readonly T[], readonly Written[]> {
  const { min = 0, max } = bounds;
  const wish = `a list of ${min} to ${max} entries, each ${item.wish}`;
  const { links, claims } = item;
  return {
    name: `list of: ${item.name}`,
    wish,
    decode(given) {
      if (!Array.isArray(given) || given.length < min || given.length > max) return refuse(given, wish);
      const values: T[] = [];
      const complaints: Complaint[] = [];
      for (const [index, entry] of given.entries()) {
        const decoded = item.decode(entry);
        if (decoded.ok) values.push(decoded.value);
        else complaints.push(...within(index, decoded.error));
      }
      return complaints.length === 0 ? accept(values) : { ok: false, error: complaints };
    },
    print: (values) => values.map((it) => item.print(it)),
    jsonSchema: { type: "array", items: item.jsonSchema, minItems: min, maxItems: max },
    ...(item.example === undefined ? {} : { example: [item.example] }),
    ...(item.refersTo === undefined ? {} : { refersTo: item.refersTo }),
    ...(links === undefined ? {} : { links: (values: readonly T[]) => values.flatMap((it) => links(it)) }),
    ...(claims === undefined ? {} : { claims: (values: readonly T[]) => values.flatMap((it) => claims(it)) }),
  };
}

type Row = Readonly<Record<string, Kind<unknown>>>;
type RowValues<R extends Row> = { readonly [Key in keyof R]: R[Key] extends Kind<infer T> ? T : never };

const ROW_NAME = /^[A-Za-z0-9*][A-Za-z0-9._\-*@:]{0,254}$/;

/** Rows by name; every column of a row is needed that has no fallback, written as a person would write it. */
export function table<R extends Row>(
  columns: R,
  bounds: { readonly max: number; readonly fallbacks?: Readonly<Partial<Record<keyof R, Json>>> },
): Kind<Readonly<Record<string, RowValues<R>>>, JsonObject> {
  const names = Object.keys(columns);
  const kinds = Object.values(columns);
  const fallbacks = new Map(Object.entries(bounds.fallbacks ?? {}) as [string, Json][]);
  const required = names.filter((name) => !fallbacks.has(name));
  const optional = names.filter((name) => fallbacks.has(name));
  const shown = [required.join(", "), optional.length === 0 ? "" : `if wanted ${optional.join(", ")}`];
  const wish = `a table of at most ${bounds.max} named rows, each with ${shown.filter((it) => it !== "").join(", and ")}`;

  function decodeRow(given: Json, complaints: Complaint[]): RowValues<R> | undefined {
    if (!isObject(given)) {
      complaints.push({ at: [], given, wish: `a row with ${names.join(", ")}` });
      return undefined;
    }
    const values: Record<string, unknown> = {};
    for (const name of Object.keys(given))
      if (!Object.hasOwn(columns, name))
        complaints.push({ at: [name], given: name, wish: `one of ${names.join(", ")}${didYouMean(name, names)}` });
    for (const [name, kind] of Object.entries(columns)) {
      const decoded = kind.decode((given[name] ?? fallbacks.get(name) ?? null) as Json);
      if (decoded.ok) values[name] = decoded.value;
      else complaints.push(...within(name, decoded.error));
    }
    return values as RowValues<R>;
  }

  /** What the cells of all rows say, by the columns whose kind can say it. */
  function gather<Said>(say: (kind: Kind<unknown>, cell: unknown) => readonly Said[]) {
    return (rows: Readonly<Record<string, RowValues<R>>>): readonly Said[] =>
      Object.values(rows).flatMap((row) => Object.entries(columns).flatMap(([key, kind]) => say(kind, row[key])));
  }

  return {
    name: "table",
    wish,
    decode(given) {
      if (!isObject(given) || Object.keys(given).length > bounds.max) return refuse(given as Json, wish);
      const rows: Record<string, RowValues<R>> = {};
      const complaints: Complaint[] = [];
      for (const [name, row] of Object.entries(given)) {
        if (!ROW_NAME.test(name)) {
          complaints.push({ at: [], given: name, wish: "row names of letters, digits and . _ - * @ :" });
          continue;
        }
        const inside: Complaint[] = [];
        const decoded = decodeRow(row as Json, inside);
        complaints.push(...within(name, inside));
        if (decoded !== undefined) rows[name] = decoded;
      }
      return complaints.length === 0 ? accept(rows) : { ok: false, error: complaints };
    },
    print(rows) {
      const printed: Record<string, Json> = {};
      for (const [name, row] of Object.entries(rows)) {
        const columnsPrinted = Object.entries(columns).map(([key, kind]) => [key, kind.print(row[key])] as const);
        const stated = columnsPrinted.filter(([key, cell]) => !sameJson(cell, fallbacks.get(key)));
        printed[name] = Object.fromEntries(stated);
      }
      return printed;
    },
    jsonSchema: {
      type: "object",
      maxProperties: bounds.max,
      additionalProperties: {
        type: "object",
        properties: Object.fromEntries(Object.entries(columns).map(([key, kind]) => [key, kind.jsonSchema])),
        required,
        additionalProperties: false,
      },
    },
    ...(kinds.some((it) => it.links) ? { links: gather((kind, cell) => kind.links?.(cell) ?? []) } : {}),
    ...(kinds.some((it) => it.claims) ? { claims: gather((kind, cell) => kind.claims?.(cell) ?? []) } : {}),
  };
}
