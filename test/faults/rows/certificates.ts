// Certificates that are gone, old or wrong, and what needs them: F21, F33. Those that a fault is tried on are files that
// another program renews, as certbot does.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DAY_MS } from "../../../src/certificate/judge.ts";
import { chainText, keyText } from "../../../src/certificate/pair.ts";
import { makeSelfSigned } from "../../../src/certificate/x509/self-signed.ts";
import { nobody } from "../../program/machine.ts";
import { must, type Rig } from "../rig.ts";
import type { FaultRow } from "../row.ts";

const chain = (rig: Rig): string => join(rig.program.folder, "chain.pem");
const key = (rig: Rig): string => join(rig.program.folder, "key.pem");

/** A pair that is good until so many days from now. */
function pairFor(days: number) {
  const nowMs = Date.now();
  return makeSelfSigned({ hosts: ["files.example"], fromMs: nowMs - 90 * DAY_MS, untilMs: nowMs + days * DAY_MS });
}
function renew(rig: Rig, days = 90): void {
  const pair = pairFor(days);
  writeFileSync(key(rig), keyText(pair));
  writeFileSync(chain(rig), chainText(pair));
}

/** The first web site shows a certificate from files, which another program keeps. */
async function serveFiles(rig: Rig): Promise<void> {
  renew(rig);
  if (rig.user !== undefined) must("chown", String(rig.user), chain(rig), key(rig));
  await rig.program.must("cert", "add", "files", "--files", chain(rig), key(rig));
  await rig.program.must("config", "set", "www/sites/default/certificate", "files");
}

const facts = {
  family: "F21",
  object: { kind: "certificate", name: /files/ },
  article: "certificate-not-taken",
  moment: "down",
  disturbs: ["www/default tls"],
  prepare: serveFiles,
} as const;
const renewed = {
  by: "person",
  must: "Let the program that renews it write both files again.",
  does: (rig: Rig) => renew(rig),
} as const;

/** A renewal that was caught halfway, or went wrong once: the next one mends it, and is taken without anybody's doing. */
const renewedLater = {
  by: "itself",
  when: "as soon as the program that renews it writes both files again",
  does: (rig: Rig) => renew(rig),
} as const;

export const certificateRows: readonly FaultRow[] = [
  {
    ...facts,
    name: "the file of a certificate is gone",
    inject: (rig) => rmSync(chain(rig)),
    heal: renewed,
  },
  {
    ...facts,
    name: "the key of a certificate belongs to another one",
    inject: (rig) => writeFileSync(key(rig), keyText(pairFor(90))),
    heal: renewedLater,
  },
  {
    ...facts,
    name: "a certificate has expired",
    article: "certificate-expired",
    disturbs: [],
    inject: (rig) => renew(rig, -3),
    heal: renewed,
  },
  {
    ...facts,
    name: "a renewal writes a certificate that is no good, while the old one serves",
    moment: "running",
    told: "warning",
    disturbs: [],
    inject: (rig) => writeFileSync(chain(rig), "-----BEGIN CERTIFICATE-----\nhalf of it"),
    heal: renewedLater,
  },
  {
    ...facts,
    name: "the key of a certificate may not be read by the account of the server",
    user: nobody,
    ...(nobody === undefined ? { skip: "only root can be somebody else" } : {}),
    inject(rig) {
      must("chown", "0:0", key(rig));
      must("chmod", "600", key(rig));
    },
    heal: {
      by: "person",
      must: "Let the account of the server read the file.",
      does: (rig) => must("chown", String(nobody), key(rig)),
    },
  },
];
