// The keys and the secrets that they open. A key is never made, replaced or deleted here: only the owner's recovery key can
// bring secrets back, and only if he gives it.
import { join } from "node:path";
import { about, type Fault } from "../../base/fault.ts";
import { roomPath } from "../../base/home.ts";
import { MACHINE_KEY } from "../../seal/key-folder.ts";
import { readKeys } from "../../seal/keys.ts";
import { type MachineKeyState, OTHERS } from "../../seal/machine-key.ts";
import { nodeKeyFolder } from "../../seal/node-key-folder.ts";
import { type KeyStatus, keyStatus } from "../../seal/status.ts";
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
    const { machine, keyring } = await readKeys(folder);
    const path = roomPath(home, "keys");
    const { unopened, total, opened, stale } = status.secrets;
    const lost = total - opened;
    // With the whole folder both are gone, which is one loss.
    const bothMissing = machine.at === "missing" && keyring.at === "missing";
    const findings: Finding[] = status.warnings.map((it, index) => {
      const lacksRing = status.keyring !== "present";
      const isOpen = it.subject.name === path || machine.at === "too-open";
      return foundFault(it, {
        level: lost === 0 && !lacksRing && (isOpen || machine.at === "present") ? "warning" : "error",
        matters: whatFollows({ lost, total, isOpen, lacksRing }),
        article: isOpen || isClosed(machine, it) ? "file-permissions" : "machine-key",
        causes: ["keys"],
        comesOf: [`path:${it.subject.name}`, ...(bothMissing && index > 0 ? (["keys"] as const) : [])],
        fix:
          closing(folder.ownership("folder")?.mode, machine, path) ?? (lost > 0 || lacksRing ? recovering : undefined),
      });
    });
    if (findings.length === 0 && lost > 0) findings.push(sealedElsewhere(path, status));
    for (const it of unopened.slice(0, UNOPENED_MAX))
      findings.push(
        foundFault(it, {
          level: "error",
          matters: "What needs this secret is off",
          article: "machine-key",
          causes: [`secret:${it.subject.name}`],
          comesOf: ["keys"],
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

/** It is there, and the server may not read it. */
const isClosed = (machine: MachineKeyState, { subject }: Fault): boolean =>
  (machine.at === "unreadable" || machine.at === "badly-owned") && machine.trouble.subject.name === subject.name;

/** The keys are whole, and are not those of the secrets: as in a clone that has got keys of its own. */
const sealedElsewhere = (path: string, { machine, secrets: { total, opened } }: KeyStatus): Finding => ({
  level: "error",
  subject: about("key", join(path, MACHINE_KEY)),
  what: `${total - opened} of ${total} secrets are sealed to other keys than ${machine?.id}, which is the one here`,
  matters: whatFollows({ lost: total - opened, total, isOpen: false, lacksRing: false }),
  remedy: "Seal them anew, with the recovery key of the server that they come from: inetsrv keys reseal --recovery-key",
  article: "machine-key",
  causes: ["keys"],
});

const recovering: Fix = {
  would: "open the secrets with the recovery key, if --recovery-key-file gives it, and seal them to a new machine key",
  steps: [{ step: "recover-keys" }],
};

function closing(folderMode: number | undefined, machine: { readonly at: string }, path: string): Fix | undefined {
  const steps: Fix["steps"][number][] = [];
  if (((folderMode ?? 0) & OTHERS) !== 0) steps.push({ step: "set-mode", path, mode: 0o700 });
  if (machine.at === "too-open") steps.push({ step: "set-mode", path: join(path, MACHINE_KEY), mode: 0o600 });
  return steps.length === 0 ? undefined : { would: "close it to all but its owner", steps };
}
