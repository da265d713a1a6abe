// What a message between processes is made of: fields with a check at the door and a type behind it. No message stands here.
import type { Fault } from "../base/fault.ts";
import { isObject } from "../base/json.ts";
import type { Occurrence } from "../event/event.ts";
import { isOccurrence } from "../event/log-record.ts";

/** A field of a message: the check at the door, and the type behind it. */
export interface Field<T> {
  readonly is: (given: unknown) => boolean;
  readonly type?: T;
}
export const isText = (given: unknown): boolean => typeof given === "string" && given.length <= TEXT_LENGTH_MAX;
export const text: Field<string> = { is: isText };
export const whole: Field<number> = { is: Number.isSafeInteger };
export const flag: Field<boolean> = { is: (given) => typeof given === "boolean" };
export const object = <T>(): Field<T> => ({ is: isObject });
export const array = <T>(isItem: (given: unknown) => boolean, max = Number.POSITIVE_INFINITY): Field<readonly T[]> => ({
  is: (given) => Array.isArray(given) && given.length <= max && given.every(isItem),
});
const TEXT_LENGTH_MAX = 10_000;
export const orNull = <T>(field: Field<T>): Field<T | null> => ({ is: (given) => given === null || field.is(given) });

export const occurrence: Field<Occurrence> = { is: isOccurrence };

export const isFault = (given: unknown): boolean =>
  isObject(given) &&
  [given.attempted, given.because, given.remedy].every(isText) &&
  isObject(given.subject) &&
  [given.subject.kind, given.subject.name].every(isText);
export const fault: Field<Fault> = { is: isFault };

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type FieldsOf<Row> = { readonly [Key in keyof Row]: Row[Key] extends Field<infer T> ? T : never };

/** The message when its name is a row of the table and each of its fields is what it should be. */
export function readFields(table: Readonly<Record<string, Fields>>, given: unknown): unknown {
  if (!isObject(given) || typeof given.name !== "string" || !Object.hasOwn(table, given.name)) return undefined;
  return Object.entries(table[given.name] ?? {}).every(([key, field]) => field.is(given[key])) ? given : undefined;
}
