// What can be asked of the keys: how they are, new ones, the way back with the recovery key, and secrets under a
// passphrase. Key texts come in and never go out, but for a new recovery key that its owner is shown this once.
import { about, type Fault, sentence } from "../../base/fault.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { flag, text } from "../../schema/kinds/plain.ts";
import { readKeys } from "../../seal/keys.ts";
import { sealUnderPassphrase } from "../../seal/passphrase.ts";
import { recover, resealSecrets } from "../../seal/recovery.ts";
import { rotate, rotateRecovery } from "../../seal/rotate.ts";
import { openSealed } from "../../seal/seal.ts";
import { keyStatus } from "../../seal/status.ts";
import type { Configuration } from "../configuration.ts";
import { needed, type Operation, optional, type Refusal, refusal, refusalOf } from "../operation.ts";
import { authorship, type Configured } from "./configured.ts";

const keyText = text({ min: 1, max: 4096 });

export const keyOperations: readonly Operation<Configured>[] = [
  {
    name: "keys.status",
    reads: true,
    doc: "Which keys are expected and found, and which secrets they open.",
    takes: {},
    async run({ configuration }) {
      const { keyRoom, metabase } = configuration;
      return good(plain(await keyStatus(keyRoom.folder, metabase.sealedValues())));
    },
  },
  {
    name: "keys.rotate",
    reads: false,
    doc: "A new machine key, or with recovery a new recovery key; all secrets are sealed to it.",
    takes: { ...authorship, recovery: optional(flag, "The recovery key instead of the machine key.") },
    run: ({ configuration }, { recovery, who }) =>
      configuration.withKeys(String(who), async (room, store) => {
        if (recovery !== true) return toJson(await rotate(room, store));
        const rotated = await rotateRecovery(room, store);
        if (!rotated.ok) return bad(refusalOf(rotated.error));
        const { recovery: identity, former, resealed } = rotated.value;
        const counts = resealed.ok ? resealed.value : { done: 0, total: 0, unopened: [resealed.error] };
        return good({ ...plain(counts), former, recoveryKey: identity.reveal() });
      }),
  },
  {
    name: "keys.recover",
    reads: false,
    doc: "A new machine key in the place of one that is lost, with the recovery key of the owner.",
    takes: { ...authorship, recoveryKey: needed(keyText, "The recovery key.") },
    run: ({ configuration }, { recoveryKey, who }) =>
      configuration.withKeys(String(who), async (room, store) =>
        toJson(await recover(room, store, String(recoveryKey))),
      ),
  },
  {
    name: "keys.reseal",
    reads: false,
    doc: "Seals what is sealed to former keys to those in use.",
    takes: { ...authorship, recoveryKey: optional(keyText, "A recovery key for what no other key opens.") },
    run: ({ configuration }, { recoveryKey, who }) =>
      configuration.withKeys(String(who), async (room, store) =>
        toJson(await resealSecrets(room, store, recoveryKey === undefined ? undefined : String(recoveryKey))),
      ),
  },
  {
    name: "keys.export",
    reads: false,
    doc: "All secrets in one text, sealed under a passphrase; the ordinary age program opens it.",
    takes: { ...authorship, passphrase: needed(text({ min: 10, max: 1024 }), "The passphrase.") },
    run: ({ configuration }, { passphrase }) => exportSecrets(configuration, String(passphrase)),
  },
];

const NAMED_MAX = 20;

/** All or nothing: whoever holds the file believes that it is a backup. */
async function exportSecrets({ metabase, keyRoom }: Configuration, passphrase: string): Promise<Result<Json, Refusal>> {
  const keys = await readKeys(keyRoom.folder);
  const clear: Record<string, string> = {};
  const unopened: Fault[] = [];
  for (const { path, sealed } of metabase.sealedValues()) {
    const opened = await openSealed(sealed, about("secret", path), keys);
    if (opened.ok) clear[path] = opened.value;
    else unopened.push(opened.error);
  }
  if (unopened.length > 0) {
    const first = unopened.slice(0, NAMED_MAX).map(sentence).join(". ");
    const count = `${unopened.length} of ${unopened.length + Object.keys(clear).length} secrets cannot be opened`;
    return bad(refusal("unavailable", `Nothing was exported, as ${count}. ${first}`));
  }
  const text = await sealUnderPassphrase(
    JSON.stringify(clear, undefined, 2),
    passphrase,
    about("command", "keys export"),
  );
  if (!text.ok) return bad(refusalOf(text.error));
  return good(plain({ text: text.value, secrets: Object.keys(clear).length }));
}

const plain = (value: object): JsonObject => value as JsonObject;

const toJson = (result: Result<object, Fault>): Result<Json, Refusal> =>
  result.ok ? good(plain(result.value)) : bad(refusalOf(result.error));
