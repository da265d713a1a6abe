// The plain kinds: yes or no, whole numbers, texts, one of a few words. Pure.
import { accept, type Kind, refuse, TEXT_LENGTH_MAX } from "../kind.ts";

export const flag: Kind<boolean, boolean> = {
  name: "yes or no",
  wish: "true or false",
  decode: (given) => (typeof given === "boolean" ? accept(given) : refuse(given, "true or false")),
  print: (value) => value,
  jsonSchema: { type: "boolean" },
  choices: ["true", "false"],
};

export function whole(bounds: { readonly min: number; readonly max: number }): Kind<number, number> {
  const wish = `a whole number from ${bounds.min} to ${bounds.max}`;
  return {
    name: "whole number",
    wish,
    decode: (given) =>
      typeof given === "number" && Number.isSafeInteger(given) && given >= bounds.min && given <= bounds.max
        ? accept(given)
        : refuse(given, wish),
    print: (value) => value,
    jsonSchema: { type: "integer", minimum: bounds.min, maximum: bounds.max },
  };
}

export function text(bounds: { readonly min?: number; readonly max?: number } = {}): Kind<string, string> {
  const { min = 0, max = 1024 } = bounds;
  if (max > TEXT_LENGTH_MAX) throw new Error("no text of the configuration is as long");
  const wish = `a text of ${min} to ${max} characters without control characters`;
  return {
    name: "text",
    wish,
    decode: (given) =>
      typeof given === "string" && given.length >= min && given.length <= max && !/[\u0000-\u001f\u007f]/.test(given)
        ? accept(given)
        : refuse(given, wish),
    print: (value) => value,
    jsonSchema: { type: "string", minLength: min, maxLength: max },
  };
}

export function choice<const Word extends string>(words: readonly Word[]): Kind<Word, Word> {
  const wish = words.length === 1 ? `${words[0]}` : `one of ${words.join(", ")}`;
  return {
    name: "choice",
    wish,
    decode(given) {
      const word = words.find((it) => it === given);
      return word === undefined ? refuse(given, wish) : accept(word);
    },
    print: (value) => value,
    jsonSchema: { enum: words },
    choices: words,
  };
}
