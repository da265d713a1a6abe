import { describe, expect, test } from "bun:test";
import { expectGood } from "../../base/result.ts";
import { problem } from "../../schema/decode.ts";
import { text, whole } from "../../schema/kinds/plain.ts";
import { collection, model, section, setting } from "../../schema/section.ts";
import type { Check } from "../change/check.ts";
import { refusalSentences } from "../change/refusal.ts";
import type { Metabase } from "../metabase.ts";
import type { MetabaseOptions } from "../open-metabase.ts";
import { certificate, shared, www } from "../testing/model.ts";
import { author, makeRig } from "../testing/rig.ts";

const facts = { since: "0.2", applies: "live", doc: "For tests." } as const;

/** The next release: no relay, no domains, titles of at most five letters, fewer connections, no certificates. */
const nextSite = section("site", "A site.", {
  ...shared,
  connectionsMax: setting(whole({ min: 1, max: 100 }), { ...facts, fallback: 50 }),
  title: setting(text({ max: 5 }), { ...facts, fallback: "" }),
});
const nextModel = model([
  section("certificate", "Certificates.", {}),
  www,
  section("smtp", "Mail.", shared, { sites: collection(nextSite, { doc: "Sites." }) }),
]);

test("what a release does not know any more is taken out, named, and kept in the history", async () => {
  await using rig = makeRig();
  const edits = [
    { at: "certificate/certificates/x", create: {} },
    { at: "smtp", set: { relay: "listed", idleTimeout: "90s" } },
    { at: "smtp/sites/a", create: { title: "too long", connectionsMax: 7, idleTimeout: "1h" } },
    { at: "smtp/sites/a/domains/x.org", create: { smartHost: "y" } },
    { at: "www/sites/w", create: { certificates: ["x"], bindings: ["*:80"] } },
  ];
  expectGood(await (await rig.create()).change({ ...author, edits }));
  rig.told();
  const next = await rig.open({ model: nextModel, release: "next" });
  expect(next.exportDocument("sealed")).toEqual({
    certificate: {},
    smtp: { idleTimeout: "1m30s", sites: { a: { idleTimeout: "1h", connectionsMax: 7 } } },
    www: { sites: { w: { bindings: ["*:80"] } } },
  });
  expect(next.head).toMatchObject({ n: 3, kind: "upgrade", who: "inetsrv" });
  const told = rig.events.find((it) => it.number === 2018);
  for (const path of [
    "smtp/relay",
    "smtp/sites/a/title",
    "smtp/sites/a/domains/x.org",
    "certificates/x",
    "w/certificates",
  ])
    expect(told?.sentence).toContain(path);
  const back = await next.revert(2, author);
  expect(back.ok ? [] : refusalSentences(back.error)).toContain(
    'smtp/sites/a/title is "too long", but needs a text of 0 to 5 characters without control characters',
  );

  rig.told();
  await rig.open({ model: nextModel, release: "next" });
  expect(rig.told()).toEqual([]); // once is enough
});

test("a release that knows everything changes nothing", async () => {
  await using rig = makeRig();
  expectGood(await (await rig.create()).change({ ...author, edits: [{ at: "smtp", set: { relay: "listed" } }] }));
  rig.told();
  const next = await rig.open({
    release: "next",
    model: model([certificate, www, ...Object.values(rig.options.model).slice(1, 2)]),
  });
  expect([next.head.n, rig.told()]).toEqual([2, []]);
});

describe("back on the release that had stated it,", () => {
  /** What the later release of the tests does not know, and what it does. */
  async function wentAndCame(
    meanwhile: (there: Metabase) => Promise<void> = async () => {},
    changes: Partial<MetabaseOptions> = {},
  ) {
    const rig = makeRig();
    const edits = [
      { at: "certificate/certificates/x", create: {} },
      { at: "smtp", set: { relay: "listed", idleTimeout: "90s" } },
      { at: "smtp/sites/a", create: { title: "too long", connectionsMax: 7 } },
      { at: "smtp/sites/a/domains/x.org", create: { smartHost: "y" } },
      { at: "www/sites/w", create: { certificates: ["x"], bindings: ["*:80"] } },
    ];
    expectGood(await (await rig.create()).change({ ...author, edits }));
    const before = (await rig.open()).exportDocument("sealed");
    const there = await rig.open({ model: nextModel, release: "next" });
    await meanwhile(there);
    rig.told();
    const back = await rig.open(changes);
    return { rig, before, back, sentence: rig.events.map((it) => it.sentence).join() };
  }

  test("what another one took out comes back, and is named", async () => {
    const { rig, before, back, sentence } = await wentAndCame();
    await using _ = rig;
    expect(back.exportDocument("sealed")).toEqual(before);
    expect(back.head).toMatchObject({ n: 4, kind: "upgrade", who: "inetsrv" });
    for (const path of [
      "smtp/relay",
      "smtp/sites/a/title",
      "sites/a/domains/x.org",
      "certificates/x",
      "w/certificates",
    ])
      expect(sentence).toContain(path);
    rig.told();
    await rig.open();
    expect(rig.told()).toEqual([]); // once is enough
  });

  test("what was stated, removed or changed meanwhile stays so, and what has no place any more stays out", async () => {
    const { rig, back } = await wentAndCame(async (there) => {
      const edits = [
        { at: "smtp/sites/a", set: { title: "mine", connectionsMax: 9 } },
        { at: "www/sites/w", remove: true as const },
      ];
      expectGood(await there.change({ ...author, edits }));
    });
    await using _ = rig;
    expect(back.exportDocument("sealed")).toEqual({
      certificate: { certificates: { x: {} } },
      smtp: {
        idleTimeout: "1m30s",
        relay: "listed",
        sites: { a: { title: "mine", connectionsMax: 9, domains: { "x.org": { smartHost: "y" } } } },
      },
      www: {},
    });
  });

  test("where the rules between nodes do not allow all of it, nothing comes back, and the history has it", async () => {
    const closed: Check = {
      name: "closed",
      of: "smtp",
      check: (view) => (view.own("smtp")?.relay === "listed" ? [problem("smtp/relay", "listed", "none")] : []),
    };
    const { rig, back, sentence } = await wentAndCame(undefined, { checks: [closed] });
    await using _ = rig;
    expect(back.head.n).toBe(3);
    expect(sentence).toContain("with revision 3 does not come back");
    expect(sentence).toContain("smtp/relay");
    expect(expectGood(await back.difference(2, 3)).map((it) => it.path)).toContain("certificate/certificates/x");
  });

  test("a third release brings nothing back", async () => {
    const { rig } = await wentAndCame();
    await using _ = rig;
    await rig.open({ model: nextModel, release: "next" });
    rig.told();
    await rig.open({ release: "third" });
    expect(rig.told()).not.toContain(2021);
  });
});
