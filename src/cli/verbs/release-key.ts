// `inetsrv release key make|trust|list|drop`: who may make releases for this root.
import { closeSync, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { replaceFile } from "../../base/disk.ts";
import { about } from "../../base/fault.ts";
import { expectGood } from "../../base/result.ts";
import { onDisk } from "../../release/disk.ts";
import { keyFolder } from "../../release/place/install-root.ts";
import { makePrivateKey, publicHalf, readPrivateKey } from "../../release/trust/key.ts";
import { dropKey, ownerKeysOf, readPublicKeyFile, trustKey } from "../../release/trust/owner-keys.ts";
import { exitCodes } from "../exit-code.ts";
import { rootFlag, rootOf } from "../release-place.ts";
import { once, type Verb, verb } from "../verb.ts";
import { keyTable } from "../views/release-view.ts";

const make = verb({
  words: "release key make",
  group: "Releases",
  summary: "Make a key that signs releases.",
  doc: "The private half goes into the file, the public half beside it into FILE.pub. Keep the private one off servers.",
  takes: { file: once("FILE", "Where the private key is put; nothing may be there yet.", { completes: "file" }) },
  flags: {},
  examples: [
    { line: "inetsrv release key make maker.pem", doc: "Then maker.pem signs, and maker.pem.pub is for everybody." },
  ],
  exits: ["refused"],
  async run({ out, world }, { file }) {
    const path = resolve(world.workingFolder, file);
    const pem = makePrivateKey();
    const key = publicHalf(expectGood(readPrivateKey(pem)));
    const attempt = { subject: about("file", path), attempted: `Cannot put a key into ${path}` };
    const made = onDisk({ ...attempt, remedy: "Name a new file in a folder that you may write" }, () => {
      const fd = openSync(path, "wx", 0o600);
      writeSync(fd, pem);
      closeSync(fd);
      replaceFile(`${path}.pub`, key.text, 0o644);
    });
    if (!made.ok) return out.failed(made.error, exitCodes.refused);
    out.show({ id: key.id, private: path, public: `${path}.pub` }, () => [
      `Made the key ${key.id}`,
      `Private  ${path}`,
      `Public   ${path}.pub`,
    ]);
    return exitCodes.done;
  },
});

const trust = verb({
  words: "release key trust",
  group: "Releases",
  summary: "Trust what a key has signed.",
  takes: { file: once("FILE", "A public Ed25519 key, as PEM or as base64.", { completes: "file" }) },
  flags: { root: rootFlag },
  examples: [{ line: "inetsrv release key trust maker.pem.pub", doc: "Compare its id with what the maker tells you." }],
  exits: ["refused"],
  async run(context, { file, root }) {
    const { out, world } = context;
    const key = readPublicKeyFile(resolve(world.workingFolder, file));
    if (!key.ok) return out.failed(key.error, exitCodes.refused);
    const trusted = trustKey(keyFolder(rootOf(context, root)), key.value);
    if (!trusted.ok) return out.failed(trusted.error);
    out.show({ id: key.value.id }, () => [`The key ${key.value.id} is trusted now.`]);
    return exitCodes.done;
  },
});

const list = verb({
  words: "release key list",
  group: "Releases",
  summary: "Show the keys that are trusted.",
  takes: {},
  flags: { root: rootFlag },
  examples: [{ line: "inetsrv release key list", doc: "They lie in release-keys/ of the install root." }],
  exits: ["partBroken"],
  async run(context, { root }) {
    const { out } = context;
    const folder = keyFolder(rootOf(context, root));
    const owner = ownerKeysOf(rootOf(context, root));
    if (!owner.ok) return out.failed(owner.error);
    const { files, flaws, unsigned } = owner.value;
    const keys = files.map(({ name, key }) => ({ id: key.id, file: name }));
    out.show({ folder, keys, unsigned: [...unsigned], flaws }, () =>
      keyTable(owner.value, folder, out.width, out.proseWidth),
    );
    return flaws.length === 0 ? exitCodes.done : exitCodes.partBroken;
  },
});

const drop = verb({
  words: "release key drop",
  group: "Releases",
  summary: "Trust a key no longer.",
  doc: "Releases that it has signed stay and run, but cannot be installed, activated or repaired any more.",
  takes: { id: once("ID", "As `release key list` shows it.") },
  flags: { root: rootFlag },
  examples: [{ line: "inetsrv release key drop 0f1e2d3c4b5a69788796a5b4c3d2e1f0", doc: "The key was seen by others." }],
  exits: ["refused"],
  async run(context, { id, root }) {
    const { out } = context;
    const dropped = dropKey(keyFolder(rootOf(context, root)), id);
    if (!dropped.ok) return out.failed(dropped.error, exitCodes.refused);
    out.show({ id, files: dropped.value }, () => [`The key ${id} is trusted no longer.`]);
    return exitCodes.done;
  },
});

export const releaseKey: readonly Verb[] = [make, trust, list, drop];
