import { testRows } from "./kit.ts";
import { certificateRows } from "./rows/certificates.ts";

testRows(certificateRows);
