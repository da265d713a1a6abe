import { expect, test } from "bun:test";
import type { Json } from "../../base/json.ts";
import type { ChangeAnswer, ConfigNode } from "../../supervisor/answers.ts";
import { refusal } from "../../supervisor/operation.ts";
import { refused } from "../testing/fake-program.ts";
import { START_MS } from "../testing/fake-world.ts";
import { run } from "../testing/run.ts";

const SITE = "smtp/sites/default";
const answer: ChangeAnswer = {
  revision: 13,
  changed: [
    {
      path: SITE,
      before: { idleTimeout: "10m", relay: "none" },
      after: { idleTimeout: "5m", bindings: ["*:25", "*:587"] },
    },
    { path: "smtp/sites/old", before: { relay: "listed" }, after: null },
    { path: "smtp/sites/new", before: null, after: {} },
    { path: "smtp", before: null, after: { idleTimeout: "3m" } },
  ],
  rehearsal: false,
  confirmUntilMs: null,
};
const unchanged: ChangeAnswer = { ...answer, changed: [] };
const changes = { "config.change": answer };
/** What `config set` and `config create` sent. */
const given = async (words: string | readonly string[], options: Parameters<typeof run>[1] = {}) =>
  (await run(words, { answers: changes, ...options })).program.calls.map((it) => it.given);

test("config set sends all settings as one change, with who and why", async () => {
  const words = [
    "config",
    "set",
    `${SITE}/idleTimeout`,
    "5m",
    "smtp/messageBytesMax",
    "1MiB",
    "--why",
    "less",
    `${SITE}/relay`,
    "listed",
  ];
  expect(await given(words)).toEqual([
    {
      edits: [
        { at: SITE, set: { idleTimeout: "5m", relay: "listed" } },
        { at: "smtp", set: { messageBytesMax: "1MiB" } },
      ],
      who: "alice",
      why: "less",
    },
  ]);
});

test("the flags of a change go with it", async () => {
  const [sent] = await given("config set smtp/idleTimeout 5m --expect 12 --confirm-within 60s --dry-run");
  expect(sent).toMatchObject({ expect: 12, confirmWithin: "1m", rehearse: true });
});

test("the difference is shown line by line, then the revision", async () => {
  const { code, out } = await run(`config set ${SITE}/idleTimeout 5m`, { width: 80, answers: changes });
  expect(code).toBe(0);
  expect(out).toBe(`~ smtp/sites/default/idleTimeout  10m -> 5m
- smtp/sites/default/relay        none
+ smtp/sites/default/bindings     *:25, *:587
- smtp/sites/old
- smtp/sites/old/relay            listed
+ smtp/sites/new
+ smtp/idleTimeout                3m
Revision 13.
`);
});

test("a rehearsal, a change that changes nothing and one to be confirmed say so", async () => {
  const said = async (it: Partial<ChangeAnswer>) =>
    (await run("config unset smtp/idleTimeout", { answers: { "config.change": { ...answer, ...it } } })).out;
  expect(await said({ rehearsal: true, revision: 12 })).toEndWith("Only tried: revision 12 stands.\n");
  expect(await said({ changed: [], revision: 12 })).toBe("Nothing changed; revision 12 stands.\n");
  expect(await said({ confirmUntilMs: START_MS })).toMatch(
    /Revision 13\.\nTaken back at [-0-9: ]+ unless you type: inetsrv config confirm\n$/,
  );
});

test("a replaced secret is shown as changed although both sides look alike, one that is the same is not", async () => {
  const shown = async (before: Record<string, Json>, after: Record<string, Json>) => {
    const changed = [{ path: SITE, before, after }];
    return (await run("config unset smtp/idleTimeout", { answers: { "config.change": { ...answer, changed } } })).out;
  };
  const secret = { smartHostPassword: { $secret: "sealed" } };
  const replaced = `~ ${SITE}/smartHostPassword  (secret) -> (secret)\nRevision 13.\n`;
  expect(await shown({ relay: "none", ...secret }, { relay: "none", ...secret })).toBe(replaced);
  expect(await shown({ relay: "none", ...secret }, secret)).toBe(`- ${SITE}/relay  none\nRevision 13.\n`);
  expect(await shown(secret, { smartHostPassword: { $secret: "another" } })).toBe(replaced);
});

test("config unset, create and remove send their edits", async () => {
  expect(await given(`config unset ${SITE}/idleTimeout ${SITE}/relay`)).toMatchObject([
    { edits: [{ at: SITE, set: { idleTimeout: null, relay: null } }] },
  ]);
  expect(await given("config create smtp/sites/second bindings=:2526 banner=a=b")).toMatchObject([
    { edits: [{ at: "smtp/sites/second", create: { bindings: [":2526"], banner: "a=b" } }] },
  ]);
  expect(await given("config remove smtp/sites/a smtp/sites/b")).toMatchObject([
    {
      edits: [
        { at: "smtp/sites/a", remove: true },
        { at: "smtp/sites/b", remove: true },
      ],
    },
  ]);
});

const SECRET = `${SITE}/smartHostPassword`;

test("the value of a secret is typed without being shown", async () => {
  const { world, program } = await run(`config set ${SECRET}`, { typed: ["hunter2"], answers: changes });
  expect(world.asked).toEqual([`${SECRET} (not shown): (hidden)`]);
  expect(program.calls[0]?.given).toMatchObject({ edits: [{ at: SITE, set: { smartHostPassword: "hunter2" } }] });
});

test("the value of a secret is read from standard input, without its last line end", async () => {
  expect(await given(`config set smtp/idleTimeout 5m ${SECRET}`, { stdin: "two words \r\n" })).toMatchObject([
    { edits: [{ at: "smtp" }, { at: SITE, set: { smartHostPassword: "two words " } }] },
  ]);
  expect(await given("config create smtp/sites/second smartHostPassword", { stdin: "x" })).toMatchObject([
    { edits: [{ at: "smtp/sites/second", create: { smartHostPassword: "x" } }] },
  ]);
});

test.each([
  [`config set ${SECRET} hunter2`],
  [`config set smtp/idleTimeout 5m ${SECRET} hunter2`],
  ["config create smtp/sites/second smartHostPassword=hunter2"],
])("%s: a secret in the argument list is refused, not repeated, and nothing is sent", async (line) => {
  const { code, err, out, program } = await run(line, { typed: ["other"], answers: changes });
  expect(code).toBe(2);
  expect(err.replaceAll(/\s+/g, " ")).toContain("is a secret, whose value never stands in the argument list");
  expect(out + err).not.toContain("hunter2");
  expect(program.calls).toEqual([]);
});

test("an empty secret, two secrets on one standard input, and Ctrl-C end without a change", async () => {
  const other = "smtp/sites/b/smartHostPassword";
  expect((await run(`config set ${SECRET}`, { stdin: "\n" })).err).toContain(`${SECRET} is empty`);
  expect((await run(`config set ${SECRET} ${other}`, { stdin: "x" })).err).toContain("Standard input holds one secret");
  const given = await run(`config set ${SECRET}`, { typed: [undefined] });
  expect(given.code).toBe(130);
  expect(given.program.calls).toEqual([]);
});

test("a path that is none is refused with the nearest one before anything is asked", async () => {
  const { code, err, program } = await run("config set smtp/sites/default/idleTimout 5m");
  expect(code).toBe(4);
  expect(err.replaceAll("\n", " ")).toContain('(did you mean "idleTimeout"?)');
  expect(program.calls).toEqual([]);
});

test("a setting given twice, or without a value, is a mistake of the command line", async () => {
  expect((await run("config set smtp/idleTimeout 5m smtp/idleTimeout 6m")).err).toContain("is set twice");
  expect((await run("config create smtp/sites/b relay=none relay=listed")).err).toContain("is set twice");
  expect((await run("config set smtp/idleTimeout")).err).toContain("has no value behind it: a duration");
});

test("what the server refuses is told problem by problem, with an exit code per reason", async () => {
  const problems = [{ path: `${SITE}/idleTimeout`, given: '"soon"', wish: "a duration" }];
  const wrong = refused(refusal("wrong", `${SITE}/idleTimeout is "soon", but needs a duration`, problems));
  const told = await run(`config set ${SITE}/idleTimeout soon`, { answers: { "config.change": wrong } });
  expect([told.code, told.err]).toEqual([4, `${SITE}/idleTimeout is "soon", but needs a duration\n`]);
  const codes = { conflict: 5, refused: 4, unavailable: 1, unknown: 4 } as const;
  for (const [reason, code] of Object.entries(codes)) {
    const no = refused(refusal(reason as keyof typeof codes, "No: it is so. Do that"));
    expect((await run("config confirm", { answers: { "config.confirm": no } })).code).toBe(code);
  }
});

const node: ConfigNode = {
  path: SITE,
  section: "smtpSite",
  revision: 12,
  values: [
    { path: `${SITE}/idleTimeout`, value: "5m", from: "inherited", at: "smtp" },
    { path: `${SITE}/bindings`, value: ["*:25", "[::1]:25"], from: "own", at: SITE },
    {
      path: `${SITE}/banner`,
      value: "mail.example.org is pleased to meet you, who ever you are",
      from: "default",
      at: null,
    },
  ],
  below: {},
};

test("config show tells value and origin, and what lies below", async () => {
  const answers = { "config.show": node };
  expect(
    (await run(`config show ${SITE}`, { width: 60, answers })).out,
  ).toBe(`smtp/sites/default (smtpSite), revision 12

Setting      Value                       From
idleTimeout  5m                          inherited from smtp
bindings     *:25, [::1]:25              own
banner       mail.example.org is         default
             pleased to meet you, who
             ever you are
`);
  expect(
    (await run(`config show ${SITE}/bindings --at 3`, { answers })).out,
  ).toBe(`smtp/sites/default (smtpSite), revision 12

Setting   Value           From
bindings  *:25, [::1]:25  own
`);
  const smtp = { ...node, path: "smtp", section: "smtp", values: [], below: { sites: ["default", "a/b"] } };
  const shown = await run("config show smtp/sites", { answers: { "config.show": smtp } });
  expect(shown.out).toBe("smtp/sites/default\nsmtp/sites/a%2Fb\n");
  expect(shown.program.calls).toEqual([{ operation: "config.show", given: { path: "smtp" } }]);
});

test("config get prints the value as a script wants it, and never a sealed secret", async () => {
  const value = {
    path: SECRET,
    value: { $sealed: { keys: ["machine-0123abcd"], age: "-----BEGIN AGE ENCRYPTED FILE-----" } },
    from: "own",
    at: SITE,
  };
  expect((await run(`config get ${SECRET}`, { answers: { "config.get": value } })).out).toBe("(secret)\n");
  const plain = { ...value, value: ["*:25"], path: `${SITE}/bindings` };
  expect((await run(`config get ${SITE}/bindings`, { answers: { "config.get": plain } })).out).toBe("*:25\n");
});

test("config describe needs no server and no home", async () => {
  const { code, out, program } = await run(`config describe ${SITE}/idleTimeout`, { width: 80, online: false });
  expect([code, program.calls]).toEqual([0, []]);
  expect(out).toBe(`smtp/sites/default/idleTimeout
How long a connection may be silent before it is closed.

needs    a duration from 1s to 1d, such as 90s, 10m or 1h30m
example  10m
default  10m
applies  at once
since    0.1
in IIS   ConnectionTimeout (1013)
`);
  expect((await run("config describe 'smtp/sites/<name>/relay'".replaceAll("'", ""))).code).toBe(0);
  expect((await run("config describe")).out).toContain("smtp  The SMTP service.");
});

test("config diff without its second revision compares with the one in use", async () => {
  const head = { revision: 12, atMs: START_MS, who: "bob", why: "", kind: "change", changes: 2 };
  const answers = { "config.history": [head], "config.difference": answer.changed };
  const { out, program } = await run("config diff 10", { answers });
  expect(program.calls.at(-1)?.given).toEqual({ from: 10, to: 12 });
  expect(out).toContain("~ smtp/sites/default/idleTimeout  10m -> 5m");
});

test("config revert and confirm say who", async () => {
  const answers = { "config.revert": unchanged, "config.confirm": { revision: 13 } };
  const revert = await run("config revert 12 --why oops", { answers });
  expect(revert.program.calls[0]?.given).toEqual({ revision: 12, who: "alice", why: "oops" });
  expect((await run("config confirm", { answers })).out).toBe("Revision 13 stays.\n");
});

test("a change of very many nodes fills a file, but not a screen", async () => {
  const changed = Array.from({ length: 1000 }, (_, at) => ({ path: `smtp/sites/s${at}`, before: null, after: {} }));
  const answers = { "config.change": { ...answer, changed } };
  const screen = await run("config unset smtp/idleTimeout", { width: 80, answers });
  expect(screen.out).toContain("and changes of 800 more nodes: see them all with --json\n");
  expect((await run("config unset smtp/idleTimeout", { answers })).out).toContain("+ smtp/sites/s999\n");
});
