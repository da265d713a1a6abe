import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { about, fault } from "../../base/fault.ts";
import { bad, good } from "../../base/result.ts";
import type { ChangeAnswer } from "../../supervisor/answers.ts";
import { refusal } from "../../supervisor/operation.ts";
import { refused } from "../testing/fake-program.ts";
import { run } from "../testing/run.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "document-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const answer: ChangeAnswer = {
  revision: 13,
  changed: [{ path: "smtp", before: {}, after: { idleTimeout: "5m" } }],
  rehearsal: false,
  confirmUntilMs: null,
};
const whole = {
  smtp: {
    idleTimeout: "10m",
    sites: { default: { relay: "none", smartHostPassword: { $secret: "sealed" } }, "a/b": {} },
  },
};
const top = { path: "", section: "", revision: 12, values: [], below: {} };
const answers = { "config.apply": answer, "config.export": whole, "config.show": top };

test("config apply sends a file of YAML or JSON, relative to the working folder", async () => {
  const document = { smtp: { idleTimeout: "5m", sites: { default: { bindings: ["*:25"] }, old: null } } };
  writeFileSync(
    join(folder, "a.yaml"),
    'smtp:\n  idleTimeout: 5m\n  sites:\n    default:\n      bindings: ["*:25"]\n    old: null\n',
  );
  writeFileSync(join(folder, "a.json"), JSON.stringify(document));
  for (const file of ["a.yaml", "a.json"]) {
    const { code, program } = await run(`config apply ${file} --why x`, { answers, workingFolder: folder });
    expect(code).toBe(0);
    expect(program.calls[0]?.given).toEqual({ document, mode: "merge", who: "alice", why: "x" });
  }
});

test("config apply reads standard input, and --replace and --dry-run go with it", async () => {
  const { program, out } = await run("config apply - --replace --dry-run", { answers, stdin: "# nothing\n" });
  expect(program.calls[0]?.given).toEqual({ document: {}, mode: "replace", who: "alice", rehearse: true });
  expect(out).toBe("+ smtp/idleTimeout  5m\nRevision 13.\n");
});

test("a file that is not there, or no document, is told by its name", async () => {
  const missing = await run("config apply none.yaml", { workingFolder: folder });
  expect(missing.code).toBe(1);
  expect(missing.err).toStartWith(`Cannot read ${join(folder, "none.yaml")}`);
  const list = await run("config apply -", { stdin: "- a\n" });
  expect(list.err).toContain("Cannot read -\n  it has no names at its beginning, such as smtp:\n");
  expect((await run("config apply -", { stdin: "a: [\n" })).err).toContain('it is no YAML from line 1 on, "a: [": ');
});

test("config export prints YAML that reads back as the same, or JSON", async () => {
  const { out, program } = await run("config export smtp --at 3", { answers });
  expect(Bun.YAML.parse(out)).toEqual(whole);
  expect(program.calls[0]?.given).toEqual({ path: "smtp", at: 3, secrets: "omitted" });
  const json = await run("config export --json --with-secrets", { answers });
  expect(JSON.parse(json.out)).toEqual(whole);
  expect(json.program.calls[0]?.given).toEqual({ secrets: "sealed" });
  expect((await run("config export", { answers: { "config.export": {} } })).out).toBe("{}\n");
});

test("on a terminal a document cannot move the cursor, in a file it is as it is", async () => {
  const odd = { "config.export": { smtp: { banner: "\u009b2J" } } };
  expect((await run("config export", { answers: odd, width: 80 })).out).not.toContain("\u009b");
  expect(Bun.YAML.parse((await run("config export", { answers: odd })).out)).toEqual(odd["config.export"]);
});

/** Edits with a sequence of texts: each takes the file as it is and gives what the editor leaves. */
function editor(...edits: readonly ((text: string) => string)[]) {
  const seen: string[] = [];
  const left = [...edits];
  const edit = async (command: string, file: string) => {
    const text = readFileSync(file, "utf8");
    seen.push(text);
    expect([command, statSync(file).mode & 0o777]).toEqual(["ed --fast", 0o600]);
    writeFileSync(file, left.shift()?.(text) ?? text);
    return good(undefined);
  };
  return { seen, options: { edit, environment: { EDITOR: "ed --fast", INETSRV_HOME: folder } } };
}
const keptTexts = (): readonly string[] => readdirSync(join(folder, "run")).filter((it) => it.startsWith("edit-"));

test("config edit gives a node to the editor and puts it back where it was, for the revision that was read", async () => {
  const { seen, options } = editor((text) => text.replace("relay: none", "relay: listed\nbanner: hello"));
  const { code, out, program } = await run("config edit smtp/sites/default --why x", { answers, ...options });
  expect(seen[0]).toBe(`# smtp/sites/default at revision 12. Comments are not kept.
# What is taken out goes back to what it inherits or its default; an empty file changes nothing.
# \`$secret: sealed\` stands for the secret that is there; a new one is typed in its place and sealed on arrival.

relay: none
smartHostPassword:
  $secret: sealed
`);
  expect(program.calls.map((it) => it.operation)).toEqual(["config.show", "config.export", "config.apply"]);
  expect(program.calls[1]?.given).toEqual({ path: "smtp", at: 12, secrets: "omitted" });
  const edited = { ...whole.smtp.sites.default, relay: "listed", banner: "hello" };
  const document = { smtp: { ...whole.smtp, sites: { ...whole.smtp.sites, default: edited } } };
  expect(program.calls[2]?.given).toEqual({ document, mode: "replace", who: "alice", why: "x", expect: 12 });
  expect([code, out, keptTexts()]).toEqual([0, "+ smtp/idleTimeout  5m\nRevision 13.\n", []]);
});

test("config edit without a path is the whole, and a name with a slash finds its entry", async () => {
  const all = editor((text) => text.replace("10m", "5m"));
  const { program } = await run("config edit", { answers, ...all.options });
  expect(program.calls[2]?.given.document).toEqual({ smtp: { ...whole.smtp, idleTimeout: "5m" } });
  const odd = editor((text) => text.replace("{}", "relay: none"));
  const { program: other } = await run("config edit smtp/sites/a%2Fb", { answers, ...odd.options });
  expect(other.calls[2]?.given.document).toMatchObject({ smtp: { sites: { "a/b": { relay: "none" } } } });
  expect((await run("config edit smtp/sites/none", { answers, ...all.options })).err).toStartWith(
    "There is no smtp/sites/none.",
  );
});

test("what was not edited, or is empty, changes nothing", async () => {
  for (const edit of [(text: string) => text, () => "", () => "# all gone\n\n"]) {
    const { code, out, program } = await run("config edit smtp", { answers, ...editor(edit).options });
    expect([code, out, program.calls.length]).toEqual([0, "Nothing was edited.\n", 2]);
  }
  expect(keptTexts()).toEqual([]);
});

test("what is wrong stands on top of the text when it is edited again", async () => {
  const problems = [{ path: "smtp/idleTimeout", given: '"soon"', wish: "a duration" }];
  let tries = 0;
  const apply = () => (tries++ === 0 ? refused(refusal("wrong", "It is wrong", problems)) : answer);
  const { seen, options } = editor(
    (text) => text.replace("10m", "soon"),
    () => "smtp: [",
    (text) => text.replace(/^smtp: \[$/m, "idleTimeout: 5m"),
  );
  const { code, world } = await run("config edit smtp", {
    answers: { ...answers, "config.apply": apply },
    ...options,
    typed: ["", "y"],
  });
  expect(seen[1]).toStartWith('# WRONG: smtp/idleTimeout is "soon", but needs a duration\n# \n# smtp at revision 12.');
  expect(seen[1]).toContain("\nidleTimeout: soon\n");
  expect(seen[2]).toStartWith("# WRONG: The text cannot be read: it is no YAML from line 1 on, ");
  expect(world.asked).toEqual(["Edit it again? [Y/n] (shown)", "Edit it again? [Y/n] (shown)"]);
  expect([code, tries, keptTexts()]).toEqual([0, 2, []]);
});

test("a text that is refused for good, or whose editor fails, is kept and its place told", async () => {
  const { options } = editor((text) => text.replace("10m", "5m"));
  const conflict = refused(refusal("conflict", "Revision 13 by bob changed smtp. Read it again"));
  const { code, err } = await run("config edit smtp", {
    answers: { ...answers, "config.apply": conflict },
    ...options,
    typed: [],
  });
  expect(code).toBe(5);
  const [kept = ""] = keptTexts();
  expect(err).toEndWith(`Your text is kept in ${join(folder, "run", kept)}\n`);
  expect(readFileSync(join(folder, "run", kept), "utf8")).toContain("idleTimeout: 5m");

  const broken = fault(about("command", "ed"), "Cannot edit with ed", "it ended with code 127", "Set EDITOR");
  const failed = await run("config edit smtp", { answers, ...options, edit: async () => bad(broken) });
  expect([failed.code, keptTexts()]).toEqual([1, [kept]]); // nothing had been typed
});
