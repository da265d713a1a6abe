import { describe, expect, test } from "bun:test";
import { readSources, source } from "./source.ts";
import { folders, rules, tidy } from "./tidy.ts";

type Tree = Readonly<Record<string, string>>;

/** Per rule: trees that break it once, with the place that is found, and near ones that do not. */
const examples: Readonly<
  Record<string, { readonly breaks: readonly [Tree, string][]; readonly keeps: readonly Tree[] }>
> = {
  direction: {
    breaks: [
      [{ "src/base/a.ts": `\nimport { b } from "../net/b.ts";` }, "src/base/a.ts:2"],
      [{ "src/net/a.ts": `import type { B } from "../ipc/b.ts";` }, "src/net/a.ts:1"],
      [{ "src/smtp/a.ts": `export * from "../ftp/b.ts";` }, "src/smtp/a.ts:1"],
      [{ "src/cli/a.ts": `const it = await import("../main.ts");` }, "src/cli/a.ts:1"],
      [{ "src/proto/smtp/a.ts": `import { b } from "../nntp/b.ts";` }, "src/proto/smtp/a.ts:1"],
      [{ "src/proto/a.ts": `import { b } from "./smtp/b.ts";` }, "src/proto/a.ts:1"],
      [{ "src/base/a.ts": `import { b } from "../../tools/b.ts";` }, "src/base/a.ts:1"],
      [{ "src/attic/a.ts": "" }, "src/attic/a.ts:1"],
    ],
    keeps: [
      { "src/net/a.ts": `import { b } from "../base/b.ts";\nimport { c } from "./c.ts";\nimport "node:net";` },
      { "src/proto/smtp/a.ts": `import { b } from "../command.ts";\nimport { c } from "../../schema/c.ts";` },
      { "src/main.ts": `import { b } from "./cli/b.ts";` },
      { "src/net/a.test.ts": `import { b } from "../../test/b.ts";` },
      { "tools/a.ts": `import { b } from "../src/net/b.ts";` },
      { "src/base/a.ts": `// import { b } from "../net/b.ts";` },
    ],
  },
  circles: {
    breaks: [
      [{ "a.ts": `import "./b.ts";`, "b.ts": `import "./c.ts";`, "c.ts": `\nimport "./b.ts";` }, "c.ts:2"],
      [{ "a.ts": `import "./a.ts";` }, "a.ts:1"],
    ],
    keeps: [{ "a.ts": `import "./b.ts"; import "./c.ts";`, "b.ts": `import "./c.ts";`, "c.ts": "" }],
  },
  pure: {
    breaks: [
      [{ "src/proto/smtp/a.ts": `import { connect } from "node:net";` }, "src/proto/smtp/a.ts:1"],
      [{ "src/iis/a.ts": `\nconst at = Date.now();` }, "src/iis/a.ts:2"],
    ],
    keeps: [
      { "src/net/a.ts": `import { connect } from "node:net"; Date.now();` },
      { "src/iis/a.ts": `import { isIP } from "node:util"; const at = new Date(0);` },
      { "src/iis/a.test.ts": `import { readFileSync } from "node:fs";` },
    ],
  },
  "absolute-paths": {
    breaks: [
      [{ "src/net/a.ts": `\nopen("/etc/inetsrv");` }, "src/net/a.ts:2"],
      [{ "a.ts": `open(\`/var/\${name}\`);` }, "a.ts:1"],
      [{ "a.ts": String.raw`open("C:\\inetpub");` }, "a.ts:1"],
    ],
    keeps: [
      { "a.ts": `open("/proc/self/stat"); // system path` },
      { "a.ts": `get("/v1/status", "/etcetera", "etc/x"); // as "/etc/x"` },
      { "a.test.ts": `parse("/etc/inetsrv")` },
    ],
  },
  "no-any": {
    breaks: [
      [{ "a.ts": `\nlet a: any;` }, "a.ts:2"],
      [{ "a.ts": `f(x as any, y)` }, "a.ts:1"],
      [{ "a.ts": `const a: Map<string, any> = b;` }, "a.ts:1"],
      [{ "a.ts": `type A = string | any[];` }, "a.ts:1"],
    ],
    keeps: [
      { "a.ts": `// as any\nconst any = Promise.any(all); const b = { any: "as any" }; any(1);` },
      { "a.ts": `import { some, any } from "./b.ts";` },
    ],
  },
  opening: {
    breaks: [
      [{ "src/a.ts": `export const a = 1;` }, "src/a.ts:1"],
      [{ "src/a.ts": `// TODO\nexport const a = 1;` }, "src/a.ts:1"],
      [{ "src/a.ts": `\n// What this file is and is not.\n` }, "src/a.ts:1"],
    ],
    keeps: [
      { "src/a.ts": `// What this file is,\n// and what it is not.\nexport const a = 1;` },
      { "src/a.ts": `/** What this file is. */\n` },
      { "src/a.test.ts": "", "tools/a.ts": "" },
    ],
  },
  "kebab-case": {
    breaks: [
      [{ "src/net/portInUse.ts": "" }, "src/net/portInUse.ts:1"],
      [{ "src/Net/port.ts": "" }, "src/Net/port.ts:1"],
    ],
    keeps: [{ "src/net/port-in-use.test.ts": "", "tools/launch.mjs": "" }],
  },
  "rfc-spelling": {
    breaks: [
      [{ "a.ts": `\n// see RFC3977` }, "a.ts:2"],
      [{ "a.ts": `// see rfc-3977` }, "a.ts:1"],
      [{ "a.ts": `// RFC 3977, section 6.1` }, "a.ts:1"],
      [{ "a.ts": `// section 6.1 of RFC 3977` }, "a.ts:1"],
      [{ "a.ts": `// RFC 3977 (§6.1)` }, "a.ts:1"],
      [{ "a.ts": `// once a session, § 6.1` }, "a.ts:1"],
      [{ "a.ts": `say("as RFC-3977 wants")` }, "a.ts:1"],
      [{ "a.ts": `x = { rfc: "RFC 3977 6.1" }` }, "a.ts:1"],
    ],
    keeps: [
      { "a.ts": `// RFC 3977 §6.1.1, §6.1.2 and RFC 4643; once a session, §2.2` },
      { "a.ts": `x = { rfc: "3977 §6.1.1", type: "message/rfc822" }; const rfc2822 = 1;` },
      { "a.ts": `x = { rfc: "3977 §6.1.1 refused: nobody asked" };` },
      { "a.test.ts": `parse("see RFC3977")` },
    ],
  },
  "event-numbers": {
    breaks: [
      [
        {
          "src/net/events.ts": `export const netEvents = { a: event(4000, "info"), b: event(4001, "info") };`,
          "src/smtp/events.ts": `export const smtpEvents = {\n  c: event(\n    4_001,\n "info") };`,
        },
        "src/smtp/events.ts:2",
      ],
    ],
    keeps: [{ "src/net/events.ts": `// a: event(4000\nexport const netEvents = { a: event(4000, "info") };` }],
  },
  "events-used": {
    breaks: [
      [
        {
          "src/net/events.ts": `export const netEvents = {\n  a: event(4000, "info"),\n  b: event(4001, "info") };`,
          "src/net/a.ts": `report(netEvents.a, x); // netEvents.b`,
          "src/net/a.test.ts": `report(netEvents.b, x);`,
        },
        "src/net/events.ts:3",
      ],
    ],
    keeps: [
      {
        "src/net/events.ts": `export const netEvents = { a: event(4000, "info") };`,
        "src/net/a.ts": `report(netEvents\n  .a, x);`,
      },
    ],
  },
  expectations: {
    breaks: [[{ "a.test.ts": `test("x", () => { run(); }); // expect(` }, "a.test.ts:1"]],
    keeps: [{ "a.test.ts": `expect(1).toBe(1)`, "b.test.ts": `fc.assert(x)`, "c.ts": "" }],
  },
};

for (const rule of rules)
  describe(rule.name, () => {
    const found = (tree: Tree) =>
      rule.check(Object.entries(tree).map(([path, text]) => source(path, text))).map((it) => `${it.file}:${it.line}`);
    const { breaks = [], keeps = [] } = examples[rule.name] ?? {};

    test("has an example of either kind", () => {
      expect(Math.min(breaks.length, keeps.length)).toBeGreaterThan(0);
    });
    test.each([...breaks])("finds %j", (tree, place) => {
      expect(found(tree)).toEqual([place]);
    });
    test.each([...keeps])("leaves %j alone", (tree) => {
      expect(found(tree)).toEqual([]);
    });
  });

test("the tree is tidy", async () => {
  expect(tidy(await readSources(folders))).toEqual([]);
});
