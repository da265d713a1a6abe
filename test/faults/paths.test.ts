import { testRows } from "./kit.ts";
import { pathRows } from "./rows/paths.ts";

testRows(pathRows);
