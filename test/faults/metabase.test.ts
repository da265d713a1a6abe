import { testRows } from "./kit.ts";
import { metabaseRows } from "./rows/metabase.ts";

testRows(metabaseRows);
