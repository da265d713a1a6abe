import { testRows } from "./kit.ts";
import { mailRows } from "./rows/mail.ts";

testRows(mailRows);
