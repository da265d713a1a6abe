// Changes to a header: each function gives a new one, in which all that it was not asked to change stands byte for byte
// and in its order. What the fields of ours say is for the callers.
import { type HeaderField, isNamed, newField, textOf } from "./header-field.ts";
import type { Header } from "./header-reader.ts";

/** Puts fields on top, as trace fields must be (RFC 5321 §4.4); the first one given stands first. */
export const withTop = (header: Header, ...fields: readonly HeaderField[]): Header =>
  edited(header, (old) => [...fields, ...old]);

/** Puts a field at the end, unless there is one of that name that says something. */
export const withMissing = (header: Header, name: string, value: () => string): Header =>
  header.fields.some((it) => isNamed(it, name) && textOf(it) !== "")
    ? header
    : edited(header, (old) => [...old.filter((it) => !isNamed(it, name)), newField(name, value())]);

/** Takes every field of these names out. */
export const without = (header: Header, ...names: readonly string[]): Header =>
  header.fields.some((field) => names.some((name) => isNamed(field, name)))
    ? edited(header, (old) => old.filter((field) => !names.some((name) => isNamed(field, name))))
    : header;

/** Takes the first fields out, as those that only told the envelope. */
export const withoutFirst = (header: Header, count: number): Header =>
  count === 0 ? header : edited({ ...header, fields: header.fields.slice(count) }, (old) => old);

/** Gives every field of that name another value; undefined keeps it as it stands. */
export const withValues = (
  header: Header,
  name: string,
  valueFor: (text: string, field: HeaderField) => string | undefined,
): Header => {
  let changed = false;
  const fields = header.fields.map((field) => {
    const value = isNamed(field, name) ? valueFor(textOf(field), field) : undefined;
    if (value === undefined) return field;
    changed = true;
    return newField(field.name, value);
  });
  return changed ? edited(header, () => fields) : header;
};

export const allNamed = (header: Header, name: string): readonly HeaderField[] =>
  header.fields.filter((field) => isNamed(field, name));

/** The text of the first field of that name. */
export function firstValue(header: Header, name: string): string | undefined {
  const field = header.fields.find((it) => isNamed(it, name));
  return field && textOf(field);
}

/** The bytes as they go before the body. An untouched header gives exactly what was read. */
export const headerBytes = (header: Header): Buffer =>
  Buffer.from(header.leading + header.fields.map((field) => field.raw).join("") + header.blank, "latin1");

/**
 * What is written anew must read the same everywhere: a line of an old mailbox file becomes a field, the last line gets
 * its end, and the blank line stands even where it was missing.
 */
function edited(header: Header, change: (fields: readonly HeaderField[]) => readonly HeaderField[]): Header {
  const leading = header.leading === "" ? [] : [newField("X-Mailbox-Line", header.leading)];
  const fields = change([...leading, ...header.fields]).map((field) =>
    field.raw.endsWith("\n") ? field : { ...field, raw: `${field.raw.replace(/\r+$/, "")}\r\n` },
  );
  return { leading: "", fields, blank: header.blank.endsWith("\n") ? header.blank : "\r\n" };
}
