import { expect, test } from "bun:test";
import { expectGood } from "../../base/result.ts";
import { text, whole } from "../../schema/kinds/plain.ts";
import { collection, model, section, setting } from "../../schema/section.ts";
import { refusalSentences } from "../change/refusal.ts";
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
