// The process that answers questions about mail, for tests: its supervisor starts this file instead of the program.
import { about, fault } from "../../base/fault.ts";
import { runClerk } from "../mail/run-clerk.ts";

const other = fault(about("file", "clerk-main.ts"), "Cannot start a worker", "it is of another release", "Start anew");
process.exit(await runClerk({ mismatch: ({ version }) => (version === "test" ? undefined : other) }));
