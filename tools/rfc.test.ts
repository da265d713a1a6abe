import { expect, test } from "bun:test";
import { inOrder, referencesIn, report } from "./rfc.ts";
import { source } from "./source.ts";

const found = (text: string, path = "src/a.ts") => referencesIn(source(path, text));
const short = (text: string, path?: string) =>
  found(text, path).map(({ rfc, section, status, line }) => `${rfc} ${section} ${status} ${line}`);

test("a comment refers, and says its status in the word after the section", () => {
  expect(short("// RFC 3977.\nrun(); // as RFC 4643 §2.3.2 wants\n/* RFC 3207 §4 done */")).toEqual([
    "3977  referenced 1",
    "4643 2.3.2 referenced 2",
    "3207 4 done 3",
  ]);
});

test("what is missing and why something is refused is told to the end of the line", () => {
  expect(
    found("// RFC 3207 §4 partly: no pipelining, yet\n/* RFC 977 §3.12 refused: nobody needs it */"),
  ).toMatchObject([
    { status: "partly", reason: "no pipelining, yet" },
    { status: "refused", reason: "nobody needs it" },
  ]);
});

test("the field of a command row is done unless it says otherwise; in a test it is data", () => {
  const rows = `a = { rfc: "3977 §6.1.1", run };\nb = { rfc: "3977 §7.3 refused: too dear", run }; // the cost`;
  expect(short(rows)).toEqual(["3977 6.1.1 done 1", "3977 7.3 refused 2"]);
  expect(found(rows)[1]?.reason).toBe("too dear");
  expect(short(rows, "src/a.test.ts")).toEqual([]);
});

test("a bare section belongs to the RFC named last before it, and to none when there is none", () => {
  expect(short(`// §1\na = { rfc: "4643 §2.3" }; // once, §2.2\n// RFC 3977 §3.1, §3.2`)).toEqual([
    "4643 2.3 done 2",
    "4643 2.2 referenced 2",
    "3977 3.1 referenced 3",
    "3977 3.2 referenced 3",
  ]);
});

test("a string that is no field is not read", () => {
  expect(short(`say("RFC 3977 §5 done");`)).toEqual([]);
});

test("the report is sorted by the numbers of RFC and section", () => {
  const text = report(found("// RFC 3977 §10 done\n// RFC 977 refused: superseded\n// RFC 3977 §9.1"));
  expect(text.split("\n").map((it) => it.trim())).toEqual([
    "RFC 977: 1 refused",
    "refused    src/a.ts:2  superseded",
    "",
    "RFC 3977: 1 done, 1 referenced",
    "§9.1         referenced src/a.ts:3",
    "§10          done       src/a.ts:1",
  ]);
  expect(inOrder([])).toEqual([]);
});
