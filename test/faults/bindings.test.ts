import { testRows } from "./kit.ts";
import { bindingRows } from "./rows/bindings.ts";

testRows(bindingRows);
