import { expect } from "bun:test";
import { testRows } from "./kit.ts";
import { diskRows } from "./rows/disks.ts";

testRows(diskRows, (failed) => expect(failed).toEqual([]));
