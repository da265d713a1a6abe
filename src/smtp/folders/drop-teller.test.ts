import { expect, test } from "bun:test";
import { bad, good } from "../../base/result.ts";
import type { Occurrence } from "../../event/event.ts";
import { reporter } from "../../event/event.ts";
import { trouble } from "../../spool/trouble.ts";
import { DropTeller } from "./drop-teller.ts";

test("a folder that takes nothing is told once, and once that it takes mail again", () => {
  const told: Occurrence[] = [];
  const report = reporter(
    "smtp",
    () => 0,
    (it) => told.push(it),
  );
  const teller = new DropTeller(report, "smtp/sites/default");
  const refused = bad(trouble("denied", "permission denied"));
  teller.ended("club.example", "/drop", good("/drop/a.eml"));
  teller.ended("club.example", "/drop", refused);
  teller.ended("other.example", "/drop", refused);
  expect(told.map((it) => it.number)).toEqual([6106]);
  expect(told[0]?.sentence).toContain("club.example cannot be put into /drop: permission denied");
  teller.ended("club.example", "/drop", good("/drop/b.eml"));
  teller.ended("club.example", "/drop", good("/drop/c.eml"));
  expect(told.map((it) => it.number)).toEqual([6106, 6107]);
});
