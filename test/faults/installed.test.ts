import { expect } from "bun:test";
import { testRows } from "./kit.ts";
import { installedRows } from "./rows/installed.ts";

testRows(installedRows, (failed) => expect(failed).toEqual([]));
