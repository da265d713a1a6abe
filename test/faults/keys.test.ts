import { testRows } from "./kit.ts";
import { keyRows } from "./rows/keys.ts";

testRows(keyRows);
