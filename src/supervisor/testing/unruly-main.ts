// The program of the unruly service's workers: what main is to the real ones. For tests only.
import { about, fault } from "../../base/fault.ts";
import { runWorker } from "../../worker/worker.ts";
import { unrulyService } from "./unruly-service.ts";

process.exit(
  await runWorker(unrulyService, {
    mismatch: (expected) =>
      expected.version === "test"
        ? undefined
        : fault(about("file", "src/x.ts"), "Cannot join", `version ${expected.version} is expected`, "Start anew"),
  }),
);
