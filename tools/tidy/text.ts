// Rules about how one file is written: its name, its opening, its types, its paths, its tests.
import { basename } from "node:path";
import { isTest } from "../source.ts";
import { at, eachFile, inSource } from "./rule.ts";

const folderOrFile = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/;

export const kebabCase = eachFile("kebab-case", (file) =>
  file.path.split("/").every((name) => folderOrFile.test(name))
    ? []
    : [at(file, 0, `${file.path} is not in kebab-case`)],
);

export const opening = eachFile("opening", (file) => {
  if (!inSource(file) || isTest(file)) return [];
  const comment = /^(#!.*\n)?((\/\/.*\n)+|\/\*[\s\S]*?\*\/)/.exec(file.text)?.[2] ?? "";
  const words = comment.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  const said = words >= 4 && /[.!?]\s*(\*\/)?\s*$/.test(comment);
  return said ? [] : [at(file, 0, `${basename(file.path)} does not open with a sentence that says what it is`)];
});

/** `any` where a type stands. A value or a method of that name is nobody's business. */
const anyType = /(?:[:<|&,[=]|\bas|\bextends|\bsatisfies)\s*\bany\b(?!\s*[:(.=?}])/g;

export const noAny = eachFile("no-any", (file) =>
  [...file.code.matchAll(anyType)].map((match) =>
    at(file, match.index + match[0].length, "the type any switches the checks off: use unknown, or say what it is"),
  ),
);

/** The folders of a machine, not the paths of a URL: "/v1/status" is none of them. */
const machinePath = /^(\/(etc|usr|var|home|tmp|root|opt|s?bin|proc|sys|dev|run|srv|work)(\/|$)|[A-Za-z]:\\)/;
const MARK = "// system path";

export const absolutePaths = eachFile("absolute-paths", (file) => {
  if (isTest(file)) return []; // a test may hold any path as data
  const lines = file.text.split("\n");
  return file.strings
    .filter((literal) => machinePath.test(literal.value))
    .map((literal) =>
      at(file, literal.at, `"${literal.value}" is fixed to a machine: find it from the home or by a setting`),
    )
    .filter((finding) => !lines[finding.line - 1]?.includes(MARK));
});

export const expectations = eachFile("expectations", (file) =>
  isTest(file) && !/\b(expect\w*|fc\.assert)(<[^>]*>)?\(/.test(file.code)
    ? [at(file, 0, "a test that expects nothing cannot fail")]
    : [],
);
