import { testRows } from "./kit.ts";
import { releaseRows } from "./rows/releases.ts";

testRows(releaseRows);
