import { expect } from "bun:test";
import { testRows } from "./kit.ts";
import { certificateRows } from "./rows/certificates.ts";

testRows(certificateRows, (failed) => expect(failed).toEqual([]));
