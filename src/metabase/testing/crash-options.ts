// How the crash tests open their metabases, alike in the process that dies and in the one that looks: small journals
// and a short history, so that checkpoints and forgetting are met often.
import { good } from "../../base/result.ts";
import { testModel } from "./model.ts";
import { sealed } from "./rig.ts";

export const crashOptions = (folder: string) => ({
  folder,
  model: testModel,
  release: "test",
  checks: [],
  seal: async (clear: string) => good(sealed(clear)),
  revisionsMax: 40,
  journalBytes: 3000,
});
