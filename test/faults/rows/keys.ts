// The machine key changed and the configuration could not be read: the seed S2 (KB 884872), and what is like it.
import { chmodSync, cpSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { nobody } from "../../program/machine.ts";
import { Program } from "../../program/program.ts";
import { SECRET } from "../installation.ts";
import { must, type Rig } from "../rig.ts";
import type { FaultRow } from "../row.ts";

const keyFile = (rig: Rig): string => rig.path("keys", "machine.key");
/** What needs a secret is off: TLS, as the private keys of certificates are secrets. All in clear serves. */
const facts = {
  family: "S2",
  object: { kind: "key", name: /keys\/machine\.key/ },
  article: "machine-key",
  moment: "down",
  disturbs: ["tls"],
} as const;
const withRecoveryKey = { by: "commands", commands: ["keys recover < recovery key"] } as const;
const asRoot = nobody === undefined ? { skip: "only root can give files away" } : {};

/** The keys of an installation that has nothing to do with ours. */
async function takeForeign(rig: Rig, ...names: readonly string[]): Promise<void> {
  await using other = new Program();
  await other.init("smtp");
  for (const it of names) cpSync(`${other.home}/keys/${it}`, rig.path("keys", it));
}

export const keyRows: readonly FaultRow[] = [
  {
    ...facts,
    name: "the machine key is missing at the start",
    inject: (rig) => rmSync(keyFile(rig)),
    heal: withRecoveryKey,
  },
  {
    ...facts,
    name: "the machine key was replaced by the one of another machine",
    inject: (rig) => takeForeign(rig, "machine.key"),
    heal: withRecoveryKey,
  },
  {
    ...facts,
    name: "the machine key is cut short, as after a power cut",
    moment: "killed",
    inject: (rig) => truncateSync(keyFile(rig), 20),
    heal: withRecoveryKey,
  },
  {
    ...facts,
    name: "the machine key is a file of zeros",
    inject: (rig) => writeFileSync(keyFile(rig), Buffer.alloc(200)),
    heal: withRecoveryKey,
  },
  {
    ...facts,
    name: "the machine key may not be read by the account of the server",
    article: "file-permissions",
    user: nobody,
    ...asRoot,
    inject: (rig) => must("chown", "0:0", keyFile(rig)),
    heal: { by: "doctor", asRoot: true, also: ["down", "up"] },
  },
  {
    ...facts,
    name: "the machine key may be read by everybody",
    article: "file-permissions",
    disturbs: [],
    told: "warning",
    inject: (rig) => chmodSync(keyFile(rig), 0o644),
    heal: { by: "doctor" },
  },
  {
    ...facts,
    name: "the home was cloned, and the clone has keys of its own",
    family: "F14",
    object: { kind: "secret", name: /keys\/machine\.key|privateKey|smartHostPassword/ },
    inject: (rig) => takeForeign(rig, "machine.key", "keyring.json"),
    heal: { by: "commands", commands: ["keys reseal --recovery-key < recovery key"] },
  },
  {
    ...facts,
    name: "the keyring is gone, while the machine key is there",
    object: { kind: "key", name: /keys\/keyring\.json/ },
    disturbs: [],
    inject: (rig) => rmSync(rig.path("keys", "keyring.json")),
    heal: withRecoveryKey,
  },
  {
    ...facts,
    name: "the whole folder of the keys is gone",
    family: "F13",
    object: { kind: "key", name: /\/keys\// },
    inject: (rig) => rmSync(rig.path("keys"), { recursive: true }),
    heal: withRecoveryKey,
  },
  {
    ...facts,
    name: "the machine key is lost, and the recovery key too",
    inject: (rig) => rmSync(keyFile(rig)),
    heal: {
      by: "person",
      must: "Put keys/machine.key back from a copy. Where there is none, set each secret anew that `inetsrv keys status` names.",
      async does(rig) {
        await rig.down();
        renameSync(rig.path("keys"), `${rig.program.folder}/lost`);
        await takeForeign(rig, "machine.key", "keyring.json");
        await rig.up();
        await rig.program.runWith({ input: "set anew\n" }, "config", "set", SECRET);
        await rig.type("cert self-signed main www.example");
      },
    },
  },
];
