// A row of the pipeline as `inetsrv www why` looks at it: whether it refuses the request, and what it says where it does not.
import type { Refusal } from "../../proto/http/refusal.ts";
import type { Request } from "../../proto/http/request.ts";
import type { AdmissionRow, AdmissionWorld } from "../admission/admission-row.ts";
import type { Asker } from "../content/asker.ts";
import type { DirectoryValues } from "../directories/directory-settings.ts";
import type { Filtered, FilterRow } from "../filter/filter-rules.ts";

export interface Look {
  readonly setting: string;
  refused(): Promise<Pick<Refusal, "status" | "substatus" | "because"> | undefined>;
  because(): string;
}

export const filterLook = (row: FilterRow, settings: DirectoryValues, asked: Filtered): Look => ({
  setting: row.setting,
  refused: async () => (row.prepare(settings)?.(asked) === true ? row.refusal : undefined),
  because: () => "nothing to refuse",
});

export const admissionLook = (
  row: AdmissionRow,
  settings: DirectoryValues,
  request: Request,
  asker: Asker,
  world: AdmissionWorld,
): Look => ({
  setting: row.setting,
  async refused() {
    const denial = await row.prepare(settings, world)?.(request, asker);
    if (denial === undefined) return undefined;
    const { status, substatus, detail = "", cut = false } = denial;
    return { status, substatus, because: cut ? `${detail}; the connection breaks off` : detail };
  },
  because: () => row.because(settings, request, asker),
});
