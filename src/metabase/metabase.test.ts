import { describe, expect, test } from "bun:test";
import { about, fault } from "../base/fault.ts";
import type { Json } from "../base/json.ts";
import { bad, expectGood, type Result } from "../base/result.ts";
import { problem } from "../schema/decode.ts";
import { list } from "../schema/kinds/group.ts";
import { binding } from "../schema/kinds/network.ts";
import { collection, model, type Section, type Settings, section, setting } from "../schema/section.ts";
import type { Check } from "./change/check.ts";
import { CrossCheck } from "./change/cross-check.ts";
import type { Edit } from "./change/edit.ts";
import { refusalSentences } from "./change/refusal.ts";
import type { Author, Refusal } from "./change/transaction.ts";
import type { Metabase } from "./metabase.ts";
import { smtpSite } from "./testing/model.ts";
import { author, makeRig, type Rig, sealed } from "./testing/rig.ts";
import { valuesAt } from "./tree/view.ts";

const a = "smtp/sites/a";
const b = "smtp/sites/b";
const w = "www/sites/w";
const x = "certificate/certificates/x";

async function filled(changes: Parameters<typeof makeRig>[0] = {}): Promise<{ rig: Rig; metabase: Metabase }> {
  const rig = makeRig(changes);
  const metabase = await rig.create();
  expectGood(
    await metabase.change({
      ...author,
      edits: [
        { at: x, create: {} },
        { at: a, create: { bindings: ["*:25", "127.0.0.1:587"], certificate: "x" } },
        { at: `${a}/domains/example.org`, create: { smartHost: "relay" } },
        { at: w, create: { bindings: ["*:80", "*:80:www.example.org"] } },
      ],
    }),
  );
  rig.told();
  return { rig, metabase };
}

async function tryEdits(
  metabase: Metabase,
  edits: readonly Edit[],
  more: Partial<Author> = {},
): Promise<readonly string[]> {
  const answer = await metabase.change({ ...author, ...more, edits });
  return answer.ok ? [answer.value.is] : refusalSentences(answer.error);
}

describe("a change", () => {
  test("is one revision, seen at once, durable, and told", async () => {
    await using rig = makeRig();
    const metabase = await rig.create();
    const told: unknown[] = [];
    metabase.subscribe(({ revision, changed }) => told.push([revision.n, changed]));
    expect(await tryEdits(metabase, [{ at: a, create: { bindings: [":25"] } }])).toEqual(["recorded"]);
    expect(expectGood(metabase.get(`${a}/bindings`))).toMatchObject({ from: "own", written: ["*:25"] });
    expect(told).toEqual([[2, [{ path: a, before: null, after: { bindings: ["*:25"] } }]]]);
    const { head } = metabase;
    const again = await rig.open();
    expect(again.head).toEqual(head);
    expect(expectGood(again.get(`${a}/bindings`)).written).toEqual(["*:25"]);
    expect(expectGood(await again.history({ limit: 9 })).map((it) => [it.n, it.kind, it.who])).toEqual([
      [2, "change", "anna"],
      [1, "init", "setup"],
    ]);
  });

  test("tells every problem of every edit at once and does nothing", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    const before = metabase.head;
    expect(
      await tryEdits(metabase, [
        { at: "smtp", set: { relay: "all", idleTimeout: "soon" } },
        { at: "smtp/sites/c", set: { title: "x" } },
        { at: "smtp/sits/c", remove: true },
        { at: `${a}/domains/-`, create: {} },
        { at: `${a}`, create: {} },
        { at: "smtp/sites/none/domains/a.org", create: {} },
        { at: `${a}/domains/example.org`, set: { smartHost: "fine", pasword: "hunter2" } },
      ]),
    ).toEqual([
      'smtp/relay is "all", but needs one of none, listed',
      'smtp/idleTimeout is "soon", but needs a duration from 1s to 1d, such as 90s, 10m or 1h30m',
      'There is no smtp/sites/c (did you mean "a"?)',
      'smtp has no setting "sits" (did you mean "sites"?)',
      `${a}/domains is "-", but needs an entry of ${a}/domains, named by a host name such as www.example.org`,
      `${a} is "a", but needs a name that is not taken`,
      "There is no smtp/sites/none",
      `${a}/domains/example.org has no setting "pasword" (did you mean "password"?)`,
    ]);
    expect(metabase.head).toEqual(before);
    expect(rig.told()).toEqual([2001]);
  });

  test("that changes nothing makes no revision", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    const { head } = metabase;
    expect(await tryEdits(metabase, [{ at: a, set: { bindings: [":25", "127.0.0.1:587:"] } }])).toEqual(["nothing"]);
    expect(
      await tryEdits(metabase, [
        { at: b, create: {} },
        { at: b, remove: true },
      ]),
    ).toEqual(["nothing"]);
    expect(await tryEdits(metabase, [])).toEqual(["nothing"]);
    expect(metabase.head).toEqual(head);
    expect(rig.told()).toEqual([]);
  });

  test("as a dry run is checked and shown, and does nothing", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    const answer = await metabase.change({
      ...author,
      dryRun: true,
      edits: [{ at: "smtp", set: { relay: "listed" } }],
    });
    expect(answer).toEqual({
      ok: true,
      value: { is: "possible", differences: [{ path: "smtp", before: null, after: { relay: "listed" } }] },
    });
    expect(metabase.head.n).toBe(2);
    expect(await tryEdits(metabase, [{ at: "smtp", set: { relay: 1 } }], { dryRun: true })).toHaveLength(1);
    expect(rig.told()).toEqual([]);
  });

  test("takes an entry away with all below it, and a top section only its statements", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    expect(
      await tryEdits(metabase, [
        { at: "smtp", set: { relay: "listed" } },
        { at: "smtp", remove: true },
      ]),
    ).toEqual(["recorded"]);
    expect(metabase.view.own(`${a}/domains/example.org`)).toBeUndefined();
    expect(expectGood(metabase.entries("smtp/sites"))).toEqual([]);
    expect(expectGood(metabase.show("smtp")).settings.map((it) => it.from)).toEqual(["default", "default", "default"]);
  });

  test("for another revision than the head is refused, telling who changed what in between", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    expect(await tryEdits(metabase, [{ at: "smtp", set: { relay: "listed" } }], { who: "bert", expect: 2 })).toEqual([
      "recorded",
    ]);
    expect(await tryEdits(metabase, [{ at: "smtp", set: { relay: "none" } }], { expect: 2 })).toEqual([
      "The change was made for revision 2, and the head is revision 3",
      "Revision 3 by bert changed smtp: test",
      "Read the settings again and make the change for what is so now",
    ]);
  });

  test("needs an author of bounded length without control characters", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    const edits: readonly Edit[] = [{ at: "smtp", set: { relay: "listed" } }];
    const wrong: readonly Partial<Author>[] = [
      { who: "" },
      { who: "a\nb" },
      { who: "\ud800" },
      { why: "x".repeat(2001) },
      { confirmWithinMs: 5 },
      { expect: -1 },
    ];
    for (const it of wrong) expect(await tryEdits(metabase, edits, it)).not.toEqual(["recorded"]);
    expect(metabase.head.n).toBe(2);
  });

  test("waits for the one before it, so that two never mix", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const answers = await Promise.all(
      numbers.map((index) => tryEdits(metabase, [{ at: "smtp", set: { connectionsMax: index + 1 } }], { expect: 2 })),
    );
    expect(answers.filter((it) => it[0] === "recorded")).toHaveLength(1);
    expect(metabase.head.n).toBe(3);
  });
});

describe("secrets", () => {
  test("are sealed at the door and never shown", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    const path = `${a}/domains/example.org`;
    expect(await tryEdits(metabase, [{ at: path, set: { password: "hunter2" } }])).toEqual(["recorded"]);
    expect(metabase.view.own(path)).toMatchObject({ password: sealed("hunter2") });
    expect(expectGood(metabase.get(`${path}/password`)).written).toEqual({ $secret: "sealed" });
    expect([...metabase.sealedValues()]).toEqual([{ path: `${path}/password`, sealed: sealed("hunter2") }]);
    expect(JSON.stringify(rig.events)).not.toContain("hunter2");
  });

  test("that cannot be sealed refuse the change", async () => {
    const why = fault(about("key", "keys/keyring.json"), "Cannot seal", "there is none", "Type `inetsrv keys recover`");
    const { rig, metabase } = await filled({ seal: async () => bad(why) });
    await using _ = rig;
    expect(await tryEdits(metabase, [{ at: x, set: { key: "clear" } }])).toEqual([
      "Cannot seal: there is none. Type `inetsrv keys recover`",
    ]);
    expect(await tryEdits(metabase, [{ at: x, set: { key: 5 } }])).toHaveLength(1);
  });

  test("are sealed anew as one revision that concerns no service, unless one was set meanwhile", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    await tryEdits(metabase, [{ at: x, set: { key: "one" } }]);
    const affected: unknown[] = [];
    metabase.subscribe((it) => affected.push([...metabase.affectedBy(it).sites]));
    const change = { path: `${x}/key`, was: sealed("one"), sealed: sealed("two") };
    expect(expectGood(await metabase.replaceSecrets([change], author)).is).toBe("recorded");
    expect(metabase.head.kind).toBe("reseal");
    expect(affected).toEqual([[]]);
    const again = await metabase.replaceSecrets([change], author);
    expect(refused(again)).toEqual([
      `${x}/key is null, but needs the secret that was read; it was set anew or removed since`,
    ]);
  });
});

const refused = (it: Result<unknown, Refusal>): readonly string[] =>
  it.ok ? ["accepted"] : refusalSentences(it.error);

describe("rules between nodes", () => {
  const bind = (at: string, ...bindings: readonly string[]): Edit => ({ at, set: { bindings } });
  const create = (at: string, ...bindings: readonly string[]): Edit => ({ at, create: { bindings } });

  const cases: Readonly<Record<string, { readonly edits: readonly Edit[]; readonly answer: readonly string[] }>> = {
    "two sites with one binding": {
      edits: [create(b, "*:25")],
      answer: [`${b}/bindings is "*:25", but needs another address, port or host: ${a}/bindings has it`],
    },
    "the same binding twice in one site": {
      edits: [create(b, "*:26", ":26")],
      answer: [`${b}/bindings is "*:26", but needs each binding only once`],
    },
    "the same port on another address or host in one service": {
      edits: [create(b, "127.0.0.1:25", "*:587", "*:25:mail.example.org")],
      answer: ["recorded"],
    },
    "another service on the same port of all addresses": {
      edits: [bind(w, "127.0.0.1:25")],
      answer: [`${w}/bindings is "127.0.0.1:25", but needs another address, port or host: ${a}/bindings has it`],
    },
    "another service on the same port of another address": {
      edits: [bind(w, "127.0.0.2:587")],
      answer: ["recorded"],
    },
    "another service on all addresses of a port": {
      edits: [bind(w, "[::]:587")],
      answer: [`${w}/bindings is "[::]:587", but needs another address, port or host: ${a}/bindings has it`],
    },
    "a binding that moves from one site to another": {
      edits: [bind(a, "*:2525"), create(b, "*:25")],
      answer: ["recorded"],
    },
    "a name that is not there": {
      edits: [{ at: a, set: { certificate: "missing" } }],
      answer: [`${a}/certificate is "missing", but needs the name of an entry of certificate/certificates`],
    },
    "a name in a list that is not there": {
      edits: [{ at: w, set: { certificates: ["x", "xx"] } }],
      answer: [
        `${w}/certificates is "xx", but needs the name of an entry of certificate/certificates (did you mean "x"?)`,
      ],
    },
    "an entry that is named": {
      edits: [{ at: x, remove: true }],
      answer: [`${x} is null, but needs to stay, as it is named by ${a}/certificate`],
    },
    "an entry that is named, with who names it": {
      edits: [
        { at: x, remove: true },
        { at: a, set: { certificate: null } },
      ],
      answer: ["recorded"],
    },
    "a name that comes in the same change": {
      edits: [
        { at: w, set: { certificates: ["new"] } },
        { at: "certificate/certificates/new", create: {} },
      ],
      answer: ["recorded"],
    },
    "more entries than a collection takes": {
      edits: Array.from({ length: 21 }, (_, index): Edit => ({ at: `${w}/folders/${index}`, create: {} })),
      answer: [`${w}/folders is 21, but needs at most 20 entries`],
    },
  };
  for (const [name, { edits, answer }] of Object.entries(cases))
    test(name, async () => {
      const { rig, metabase } = await filled();
      await using _ = rig;
      expect(await tryEdits(metabase, edits)).toEqual(answer);
      const again = await rig.open(); // the indexes are the same when they are built anew
      expect(await tryEdits(again, edits)).toEqual(answer[0] === "recorded" ? expect.anything() : answer);
    });

  test("a model in which many would claim one binding is a bug", () => {
    const bindings = setting(list(binding, { max: 1 }), { since: "0.1", applies: "live", doc: "", fallback: ["*:25"] });
    const none = setting(list(binding, { max: 1 }), { since: "0.1", applies: "live", doc: "", fallback: [] });
    const sites = (own: Settings) => ({ sites: collection(section("site", "", own), { doc: "" }) });
    const open = (it: Section) => () => new CrossCheck(model([it]), []);
    expect(open(section("smtp", "", {}, sites({ bindings })))).toThrow("neither inherited nor a default");
    expect(open(section("smtp", "", { none }, sites({ none })))).toThrow("neither inherited nor a default");
    expect(open(section("smtp", "", {}, sites({ none })))).not.toThrow();
  });

  test("a check is asked for changed nodes, those above and those that inherit", async () => {
    const asked: string[] = [];
    const check: Check = {
      name: "few connections",
      of: "smtp/sites/<name>",
      check(view, path) {
        asked.push(path);
        const { connectionsMax } = valuesAt(view, path, smtpSite);
        return connectionsMax > 5000 ? [problem(`${path}/connectionsMax`, connectionsMax, "at most 5000")] : [];
      },
    };
    const { rig, metabase } = await filled({ checks: [check] });
    await using _ = rig;
    await tryEdits(metabase, [{ at: b, create: { connectionsMax: 10 } }]);
    asked.length = 0;
    expect(await tryEdits(metabase, [{ at: "smtp", set: { connectionsMax: 6000 } }])).toEqual([
      `${a}/connectionsMax is 6000, but needs at most 5000`,
    ]);
    expect(asked.splice(0)).toEqual([a]); // b has its own
    await tryEdits(metabase, [{ at: `${a}/domains/example.org`, set: { smartHost: "" } }]);
    expect(asked.splice(0)).toEqual([a]);
    await tryEdits(metabase, [{ at: "smtp", set: { relay: "listed" } }]);
    expect(asked).toEqual([]);
  });
});

describe("history", () => {
  const relay = (value: Json): readonly Edit[] => [{ at: "smtp", set: { relay: value } }];

  test("every revision can be shown, compared and brought back", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    await tryEdits(metabase, relay("listed"));
    await tryEdits(metabase, [{ at: a, remove: true }, ...relay(null)]);
    expect(expectGood(await metabase.at(3, (view) => [view.own("smtp"), view.count("smtp/sites")]))).toEqual([
      { relay: "listed" },
      1,
    ]);
    expect(expectGood(await metabase.at(1, (view) => view.count("smtp/sites")))).toBe(0);
    expect(expectGood(await metabase.difference(3, 2))).toEqual([
      { path: "smtp", before: { relay: "listed" }, after: null },
    ]);
    expect(
      expectGood(await metabase.difference(2, 4))
        .map((it) => it.path)
        .sort(),
    ).toEqual([a, `${a}/domains/example.org`]);
    const before = metabase.exportDocument("sealed");
    expect(expectGood(await metabase.revert(3, author)).is).toBe("recorded");
    expect(metabase.head).toMatchObject({ n: 5, kind: "revert" });
    expect(metabase.view.own(`${a}/domains/example.org`)).toEqual({ smartHost: "relay" });
    expect(expectGood(await metabase.revert(4, author)).is).toBe("recorded");
    expect(metabase.exportDocument("sealed")).toEqual(before);
    expect(expectGood(await metabase.revert(4, author)).is).toBe("nothing");
    expect(refused(await metabase.revert(77, author))[0]).toContain("Cannot read revision 77: there is none");
  });

  test("bringing back is a change like any other", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    await tryEdits(metabase, relay("listed"));
    expect(expectGood(await metabase.revert(2, { ...author, dryRun: true })).is).toBe("possible");
    expect(metabase.head.n).toBe(3);
    expect(refused(await metabase.revert(2, { ...author, expect: 2 }))[0]).toContain("was made for revision 2");
  });

  test("is forgotten beyond its bound, and what is left still leads back", async () => {
    const { rig, metabase } = await filled({ revisionsMax: 5 });
    await using _ = rig;
    for (const it of ["listed", "none", "listed", "none", "listed", "none"]) await tryEdits(metabase, relay(it));
    expect(expectGood(await metabase.history({ limit: 50 })).map((it) => it.n)).toEqual([8, 7, 6, 5, 4]);
    expect(expectGood(await metabase.at(4, (view) => view.own("smtp")))).toEqual({ relay: "none" });
    expect((await metabase.at(2, () => 0)).ok).toBe(false);
    expect((await rig.open()).head.n).toBe(8);
  });
});
