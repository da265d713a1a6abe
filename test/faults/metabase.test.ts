import { expect } from "bun:test";
import { testRows } from "./kit.ts";
import { metabaseRows } from "./rows/metabase.ts";

testRows(metabaseRows, (failed) => expect(failed).toEqual([]));
