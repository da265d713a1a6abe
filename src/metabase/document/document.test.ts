import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { seeded } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import { expectGood, good } from "../../base/result.ts";
import { applyEdits } from "../change/edit.ts";
import { refusalSentences } from "../change/refusal.ts";
import type { Metabase } from "../metabase.ts";
import { testModel } from "../testing/model.ts";
import { randomEdits } from "../testing/random-edits.ts";
import { author, makeRig, type Rig, sealed } from "../testing/rig.ts";
import { Draft } from "../tree/draft.ts";
import { locateNode } from "../tree/path.ts";
import { Tree } from "../tree/tree.ts";
import { DocumentEdits } from "./document-edits.ts";
import { exportDocument } from "./export.ts";

async function filled(): Promise<{ rig: Rig; metabase: Metabase }> {
  const rig = makeRig();
  const metabase = await rig.create();
  const document = {
    certificate: { certificates: { x: { key: "clear" } } },
    smtp: { relay: "listed", sites: { a: { title: "A", domains: { "x.org": { smartHost: "h" } } }, "b/c": {} } },
    www: { connectionsMax: 5 },
  };
  expectGood(await metabase.apply(document, "merge", author));
  return { rig, metabase };
}

const sealedExport = {
  certificate: { certificates: { x: { key: sealed("clear") } } },
  smtp: { relay: "listed", sites: { a: { title: "A", domains: { "x.org": { smartHost: "h" } } }, "b/c": {} } },
  www: { connectionsMax: 5 },
};

describe("a document", () => {
  test("says what is stated, and only that", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    expect(metabase.exportDocument("sealed")).toEqual(sealedExport);
    expect(metabase.exportDocument("hidden").certificate).toEqual({
      certificates: { x: { key: { $secret: "sealed" } } },
    });
    const from = expectGood(locateNode(testModel, "smtp/sites/a/domains/x.org"));
    expect(metabase.exportDocument("sealed", from)).toEqual({
      smtp: { sites: { a: { domains: { "x.org": { smartHost: "h" } } } } },
    });
  });

  test("that is merged changes what it names: null takes a statement or an entry away", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    const document = {
      smtp: { relay: null, sites: { a: { domains: { "X.org": null, "y.org": {} } }, "b/c": null, none: null } },
    };
    expectGood(await metabase.apply(document, "merge", author));
    expect(metabase.exportDocument("sealed")).toEqual({
      ...sealedExport,
      smtp: { sites: { a: { title: "A", domains: { "y.org": {} } } } },
    });
  });

  test("that replaces makes the sections it names exactly what it says", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    const smtp = { sites: { a: { domains: {} }, d: { title: "D" } } };
    expectGood(await metabase.apply({ smtp, www: null }, "replace", author));
    expect(metabase.exportDocument("sealed")).toEqual({
      ...sealedExport,
      smtp: { sites: { a: {}, d: { title: "D" } } },
      www: {},
    });
  });

  test("applied as it was exported changes nothing, with secrets sealed or hidden", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    for (const secrets of ["sealed", "hidden"] as const)
      for (const mode of ["merge", "replace"] as const)
        expect(expectGood(await metabase.apply(metabase.exportDocument(secrets), mode, author))).toEqual({
          outcome: { is: "nothing", revision: metabase.head },
          missingSecrets: [],
        });
  });

  test("from elsewhere names the secrets that are missing here", async () => {
    const { rig, metabase } = await filled();
    const other = makeRig();
    await using _ = rig;
    await using __ = other;
    const done = await (await other.create()).apply(metabase.exportDocument("hidden"), "replace", author);
    expect(expectGood(done).missingSecrets).toEqual(["certificate/certificates/x/key"]);
  });

  test("with mistakes is refused whole, each with its path", async () => {
    const { rig, metabase } = await filled();
    await using _ = rig;
    const document = {
      smpt: {},
      www: 5,
      smtp: {
        rely: "x",
        relay: "all",
        sites: { a: { domains: { "-": {}, "y.org": {}, "Y.ORG": {} } }, "": {}, z: [] },
      },
    } as unknown as JsonObject;
    const done = await metabase.apply(document, "merge", author);
    expect(done.ok ? [] : refusalSentences(done.error)).toEqual([
      'smpt is "smpt", but needs one of certificate, smtp, www (did you mean "smtp"?)',
      "www is 5, but needs settings and collections of www",
      'smtp/sites/a/domains is "-", but needs an entry of smtp/sites/a/domains, named by a host name such as www.example.org',
      'smtp/sites/a/domains/y.org is "Y.ORG", but needs to stand in the document once',
      'smtp/sites is "", but needs an entry of smtp/sites, named by a text of 1 to 255 characters without control characters',
      "smtp/sites/z is [], but needs settings and collections of site",
      'smtp has no setting "rely" (did you mean "relay"?)',
      'smtp/relay is "all", but needs one of none, listed',
    ]);
    expect(metabase.exportDocument("sealed")).toEqual(sealedExport);
  });
});

test("any tree survives export, JSON and replace, whatever stood there before", () => {
  const grown = (seed: number): Tree => {
    const random = seeded(seed);
    const tree = new Tree(testModel);
    for (let rounds = 1 + (seed % 15); rounds > 0; rounds--) {
      const draft = new Draft(tree);
      applyEdits(draft, randomEdits(random, tree));
      tree.apply(draft.differences());
    }
    return tree;
  };
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (here, there) => {
      const document = exportDocument(grown(here), "sealed");
      const draft = new Draft(grown(there));
      const { edits, problems } = new DocumentEdits(draft, JSON.parse(JSON.stringify(document)), "replace");
      expect([problems, applyEdits(draft, edits)]).toEqual([[], []]);
      expect(exportDocument(draft, "sealed")).toEqual(document);
    }),
    { numRuns: 150 },
  );
});

test("any JSON is applied or refused, and never throws", () => {
  const key = fc.constantFrom("smtp", "sites", "a", "domains", "relay", "x.org", "__proto__", "users", "$secret");
  const values = [fc.constantFrom(null, 1, "sealed", "listed")];
  const json = fc.object({ key, values, maxDepth: 7, maxKeys: 4 });
  fc.assert(
    fc.property(json, fc.constantFrom("merge", "replace"), (given, mode) => {
      const draft = new Draft(new Tree(testModel));
      const document = { smtp: given } as JsonObject;
      expect(applyEdits(draft, new DocumentEdits(draft, document, mode as "merge").edits)).toBeArray();
    }),
    { numRuns: 500 },
  );
});

test("a value that is nested without end is refused before anything walks into it", async () => {
  const { rig, metabase } = await filled();
  await using _ = rig;
  let deep: JsonObject = {};
  for (let level = 0; level < 100_000; level++) deep = { a: deep };
  const edits = [{ at: "smtp", set: { relay: deep } }];
  const wrong = [metabase.apply({ smtp: { relay: deep } }, "merge", author), metabase.change({ ...author, edits })];
  for (const done of await Promise.all(wrong))
    expect(done.ok ? [] : refusalSentences(done.error)).toEqual([expect.stringContaining("nested at most 64 deep")]);
});

test("what cannot be sealed is not applied", async () => {
  await using rig = makeRig({ seal: async () => good({ not: "sealed" }) });
  const metabase = await rig.create();
  const done = await metabase.apply({ certificate: { certificates: { x: { key: "clear" } } } }, "merge", author);
  expect(done.ok ? [] : refusalSentences(done.error)).toEqual([
    'certificate/certificates/x/key is "(not shown)", but needs a sealed secret: set it with `inetsrv config set`',
  ]);
});
