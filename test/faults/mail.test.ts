import { expect } from "bun:test";
import { testRows } from "./kit.ts";
import { mailRows } from "./rows/mail.ts";

testRows(mailRows, (failed) => expect(failed).toEqual([]));
