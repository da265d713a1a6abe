import { expect } from "bun:test";
import { testRows } from "./kit.ts";
import { processRows } from "./rows/processes.ts";

testRows(processRows, (failed) => expect(failed).toEqual([]));
