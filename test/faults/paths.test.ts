import { expect } from "bun:test";
import { testRows } from "./kit.ts";
import { pathRows } from "./rows/paths.ts";

testRows(pathRows, (failed) => expect(failed).toEqual([]));
