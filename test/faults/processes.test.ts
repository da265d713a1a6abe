import { testRows } from "./kit.ts";
import { processRows } from "./rows/processes.ts";

testRows(processRows);
