// Texts of a request as rules look for something in them. Pure.
import type { TargetPath } from "../../proto/http/target/target-path.ts";

export const lowered = (words: readonly string[]): ReadonlySet<string> => new Set(words.map((it) => it.toLowerCase()));

/** In any case of letters. */
export function containsOneOf(sequences: readonly string[]): (text: string) => boolean {
  const sought = [...lowered(sequences)];
  return (text) => {
    const given = text.toLowerCase();
    return sought.some((sequence) => given.includes(sequence));
  };
}

export const isFile = ({ segments, isFolder }: TargetPath): boolean => !isFolder && segments.length > 0;

/** ".html"; "." where there is none. */
export function extensionOf({ segments }: TargetPath): string {
  const name = segments.at(-1) ?? "";
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "." : name.slice(dot).toLowerCase();
}

/** Each "%" with two hex digits as its byte, and those as UTF-8; what is no escape stays as it is. */
export const unescaped = (said: string): string =>
  Buffer.from(
    said.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  ).toString("utf8");

/** A "+" of a query is a blank. */
export const unescapedQuery = (query: string): string => unescaped(query.replaceAll("+", " "));

/** A "%" that two hex digits do not follow: what reads it next may make something else of it. */
export const hasBarePercent = (said: string): boolean => /%(?![0-9A-Fa-f]{2})/.test(said);
