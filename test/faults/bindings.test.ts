import { expect } from "bun:test";
import { testRows } from "./kit.ts";
import { bindingRows } from "./rows/bindings.ts";

testRows(bindingRows, (failed) => expect(failed).toEqual([]));
