import { expect, test } from "bun:test";
import { valuesOf } from "../schema/resolve.ts";
import { pipelineOf } from "./pipeline.ts";
import { wwwSite } from "./settings.ts";

test("sites that say the same of their modules share what is made of it, and nothing with others", () => {
  const said = (own: Readonly<Record<string, boolean | string | readonly string[]>>) =>
    pipelineOf(valuesOf(wwwSite, [{ path: "www/sites/a", section: wwwSite, own: { bindings: ["*:80:a"], ...own } }]));
  const usual = said({});
  expect(said({ bindings: ["*:80:b"], directoryBrowsing: true })).toBe(usual);
  const closed = said({ requireTls: true });
  expect(closed.steps).toHaveLength(usual.steps.length + 1);
  expect(said({ requireTls: true })).toBe(closed);
  expect(said({}).steps).toHaveLength(usual.steps.length);
});
