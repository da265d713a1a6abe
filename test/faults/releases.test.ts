import { expect } from "bun:test";
import { testRows } from "./kit.ts";
import { releaseRows } from "./rows/releases.ts";

testRows(releaseRows, (failed) => expect(failed).toEqual([]));
