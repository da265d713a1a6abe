// All checks, in the order of causes: what stands above may be why what stands below is so, never the other way round.
import type { DoctorCheck } from "../service/doctor-check.ts";
import type { Service } from "../service/service.ts";
import type { Case } from "./case.ts";
import { accountsCheck } from "./checks/accounts.ts";
import { certificatesCheck } from "./checks/certificates.ts";
import { clockCheck } from "./checks/clock.ts";
import { descriptorsCheck } from "./checks/descriptors.ts";
import { diskCheck } from "./checks/disk.ts";
import { homeCheck } from "./checks/home.ts";
import { keysCheck } from "./checks/keys.ts";
import { leftoversCheck } from "./checks/leftovers.ts";
import { logsCheck } from "./checks/logs.ts";
import { memoryCheck } from "./checks/memory.ts";
import { metabaseCheck } from "./checks/metabase.ts";
import { pendingCheck } from "./checks/pending.ts";
import { portsCheck } from "./checks/ports.ts";
import { releaseCheck } from "./checks/release.ts";
import { serverCheck } from "./checks/server.ts";
import { settingsCheck } from "./checks/settings.ts";
import { spoolCheck } from "./checks/spool.ts";
import { unitCheck } from "./checks/unit.ts";

export const allChecks = (services: readonly Service[]): readonly DoctorCheck<Case>[] => [
  releaseCheck,
  diskCheck,
  memoryCheck,
  clockCheck,
  homeCheck,
  metabaseCheck,
  keysCheck,
  settingsCheck,
  accountsCheck,
  spoolCheck,
  portsCheck,
  certificatesCheck,
  logsCheck,
  ...services.flatMap((it) => it.doctorChecks ?? []),
  descriptorsCheck,
  unitCheck,
  pendingCheck,
  leftoversCheck,
  serverCheck,
];
