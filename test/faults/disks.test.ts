import { testRows } from "./kit.ts";
import { diskRows } from "./rows/disks.ts";

testRows(diskRows);
