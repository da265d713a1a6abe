// The first row of each family, in every run of the tests: so that neither the kit nor what it stands for breaks unseen. All
// rows take a quarter of an hour of two processors: `npm run faults`.
import { expect } from "bun:test";
import { testRows } from "./kit.ts";
import { families } from "./rows.ts";

const firsts = Object.values(families).flatMap((it) => it.slice(0, 1));
testRows(firsts, (failed) => expect(failed).toEqual([]));
