import { expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { readSiteLogName, siteLogFolder, siteLogName } from "./log-place.ts";

const home = { root: join(import.meta.dir, "home"), from: "--home" } as const;

test("a site's logs lie in a folder of its own, below the home or where the setting says", () => {
  expect(siteLogFolder(home, { accessLogFolder: "logs", accessLogPer: "site" }, "W3SVC", "default")).toBe(
    join(home.root, "logs", "W3SVC-default"),
  );
  const elsewhere = join(import.meta.dir, "elsewhere");
  expect(siteLogFolder(home, { accessLogFolder: elsewhere, accessLogPer: "site" }, "FTPSVC", "a")).toBe(
    join(elsewhere, "FTPSVC-a"),
  );
});

test("those that share a log write into the folder of their service, which is no site's", () => {
  const shared = { accessLogFolder: "logs", accessLogPer: "service" } as const;
  for (const site of ["default", "a"])
    expect(siteLogFolder(home, shared, "W3SVC", site)).toBe(join(home.root, "logs", "W3SVC"));
  expect(readSiteLogName("W3SVC")).toEqual({ stem: "W3SVC" });
  for (const name of ["W3SVC-", "-a", "", "events.jsonl"]) expect(readSiteLogName(name)).toBeUndefined();
});

const anyName = fc
  .array(fc.nat(0xd7ff), { minLength: 1, maxLength: 255 })
  .map((codes) => String.fromCharCode(...codes));

test("whatever a site is called, its folder is one plain name, and no other site's", () => {
  expect(siteLogName("W3SVC", "../ä x")).toBe("W3SVC-..%2f%c3%a4%20x");
  fc.assert(
    fc.property(anyName, fc.string({ minLength: 1 }), (one, other) => {
      const name = siteLogName("W3SVC", one);
      expect(name).toMatch(/^W3SVC-[A-Za-z0-9._%~-]+$/);
      expect(name.length).toBeLessThan(200);
      const back = readSiteLogName(name);
      expect(back?.stem).toBe("W3SVC");
      if (!name.includes("~")) expect(back?.site).toBe(one);
      if (one !== other) expect(siteLogName("W3SVC", other)).not.toBe(name);
    }),
  );
});
