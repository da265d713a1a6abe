// The keys and the secrets that they open. A key is never made, replaced or deleted here: only the owner's recovery key can
// bring secrets back, and only if he gives it.
import { about } from "../../base/fault.ts";
import { roomPath } from "../../base/home.ts";
import { readKeys } from "../../seal/keys.ts";
import { OTHERS } from "../../seal/machine-key.ts";
import { nodeKeyFolder } from "../../seal/node-key-folder.ts";
import { keyStatus } from "../../seal/status.ts";
import { type DoctorCheck, type Finding, type Fix, foundFault } from "../../service/doctor-check.ts";
import type { Case } from "../case.ts";

const UNOPENED_MAX = 20;

export const keysCheck: DoctorCheck<Case> = {
  name: "keys",
  title: "the machine key, the keyring, and the secrets that they open",
  needs: ["home"],
  async look({ home, metabase }) {
    const folder = nodeKeyFolder(home);
    const sealed = [...(metabase?.sealedValues() ?? [])];
    const status = await keyStatus(folder, sealed);
    const { machine } = await readKeys(folder);
    const path = roomPath(home, "keys");
    const { unopened, total, opened, stale } = status.secrets;
    const lost = total - opened;
    const findings: Finding[] = status.warnings.map((it) => {
      const lacksRing = status.keyring !== "present";
      const isOpen = it.subject.name === path || machine.at === "too-open";
      return foundFault(it, {
        level: lost === 0 && !lacksRing && (isOpen || machine.at === "present") ? "warning" : "error",
        matters: whatFollows({ lost, total, isOpen, lacksRing }),
        article: "machine-key",
        causes: ["keys"],
        comesOf: [`path:${it.subject.name}`],
        fix:
          closing(folder.ownership("folder")?.mode, machine, path) ?? (lost > 0 || lacksRing ? recovering : undefined),
      });
    });
    for (const it of unopened.slice(0, UNOPENED_MAX))
      findings.push(
        foundFault(it, {
          level: "error",
          matters: "What needs this secret is off",
          article: "machine-key",
          causes: [`secret:${it.subject.name}`],
          comesOf: ["keys"],
          fix: findings.length === 0 ? recovering : undefined,
        }),
      );
    if (lost === 0 && stale > 0)
      findings.push({
        level: "warning",
        subject: about("key", path),
        what: `${stale} of ${total} secrets are not sealed to the keys in use`,
        matters: "The recovery key in your hands may not open them",
        remedy: "Seal them anew: inetsrv keys reseal",
        article: "machine-key",
        comesOf: ["keys"],
      });
    return findings;
  },
};

interface Loss {
  readonly lost: number;
  readonly total: number;
  readonly isOpen: boolean;
  readonly lacksRing: boolean;
}

function whatFollows({ lost, total, isOpen, lacksRing }: Loss): string {
  if (lost > 0) return `${lost} of ${total} secrets cannot be opened; what needs them is off, all else serves`;
  if (lacksRing) return "Secrets that are there serve, and no new one can be set";
  return isOpen
    ? "Whoever has the machine key can open every secret of this home"
    : "No secret needs it now; one that is set could not be opened by the services";
}

const recovering: Fix = {
  would: "open the secrets with the recovery key, if --recovery-key-file gives it, and seal them to a new machine key",
  steps: [{ step: "recover-keys" }],
};

function closing(folderMode: number | undefined, machine: { readonly at: string }, path: string): Fix | undefined {
  const steps: Fix["steps"][number][] = [];
  if (((folderMode ?? 0) & OTHERS) !== 0) steps.push({ step: "set-mode", path, mode: 0o700 });
  if (machine.at === "too-open") steps.push({ step: "set-mode", path: `${path}/machine.key`, mode: 0o600 });
  return steps.length === 0 ? undefined : { would: "close it to all but its owner", steps };
}
