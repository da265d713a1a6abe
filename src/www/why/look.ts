// A row of the pipeline as `inetsrv www why` looks at it: whether it refuses the request, and what it says where it does not.
import type { Request } from "../../proto/http/request.ts";
import type { AdmissionRow, AdmissionWorld, Denial } from "../admission/admission-row.ts";
import type { Asker } from "../content/asker.ts";
import { corsOf, unlistedOrigin } from "../cors/cors.ts";
import type { DirectoryValues } from "../directories/directory-settings.ts";
import type { FilterRow } from "../filter/filter-rules.ts";
import type { Filtered } from "../filter/filtered.ts";
import type { Refused } from "./explained.ts";
import { tellCors } from "./tell-cors.ts";

export interface Look {
  readonly setting: string;
  refused(): Promise<Refused | undefined>;
  because(): string;
}

export const filterLook = (row: FilterRow, settings: DirectoryValues, asked: Filtered): Look => ({
  setting: row.setting,
  refused: async () => (row.prepare(settings)?.(asked) === true ? row.refusal : undefined),
  because: () => "nothing to refuse",
});

/** Who is not listed is refused where `corsFailUnlisted` says so. */
export const corsLook = (settings: DirectoryValues, request: Request): Look => {
  const cors = corsOf(settings);
  return {
    setting: "corsRules",
    refused: async () => (cors?.answer(request, []) === "unlisted" ? refusedBy(unlistedOrigin) : undefined),
    because: () => tellCors(cors, request),
  };
};

export const admissionLook = (
  row: AdmissionRow,
  settings: DirectoryValues,
  request: Request,
  asker: Asker,
  world: AdmissionWorld,
): Look => ({
  setting: row.setting,
  async refused() {
    const denial = await row.prepare(settings)?.(request, asker, world);
    return denial && refusedBy(denial);
  },
  because: () => row.because(settings, request, asker),
});

const refusedBy = ({ status, substatus, detail = "", cut = false }: Denial): Refused => ({
  status,
  substatus,
  because: detail,
  cut,
});
