// What a rule of the house is: a name and a check that looks at all files and says what it found. It mends nothing.
import { lineAt, type Source } from "../source.ts";

export interface Rule {
  readonly name: string;
  check(files: readonly Source[]): readonly Finding[];
}

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly sentence: string;
}

/** A finding at an offset of the file. */
export const at = (file: Source, offset: number, sentence: string): Finding => ({
  file: file.path,
  line: lineAt(file.text, offset),
  sentence,
});

/** A rule that looks at one file after the other. */
export const eachFile = (name: string, check: (file: Source) => readonly Finding[]): Rule => ({
  name,
  check: (files) => files.flatMap(check),
});

export const inSource = (file: Source): boolean => file.path.startsWith("src/");
