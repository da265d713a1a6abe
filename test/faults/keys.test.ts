import { expect } from "bun:test";
import { testRows } from "./kit.ts";
import { keyRows } from "./rows/keys.ts";

testRows(keyRows, (failed) => expect(failed).toEqual([]));
