// `inetsrv release install|repair|prune`: what changes the releases of a root. None of them touches what runs.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { install as installParcel } from "../../release/install/install.ts";
import { keyFolder, linkedVersion } from "../../release/place/install-root.ts";
import { planPrune, prune as pruneReleases } from "../../release/place/prune.ts";
import { switchCurrent } from "../../release/place/switch-current.ts";
import { repair as repairRelease } from "../../release/repair/repair.ts";
import { readPublicKeyFile, trustKey } from "../../release/trust/owner-keys.ts";
import { whole } from "../../schema/kinds/plain.ts";
import { byteProgress } from "../byte-progress.ts";
import { confirmed } from "../confirmed.ts";
import { exitCodes } from "../exit-code.ts";
import { count } from "../look/moment.ts";
import { rootFlag, rootOf, trustIn, VERSION_DOC, versionIn } from "../release-place.ts";
import { maybe, once, toggle, type Verb, value, verb } from "../verb.ts";
import { installedLines, releaseTable, repairLines } from "../views/release-view.ts";

const install = verb({
  words: "release install",
  group: "Releases",
  summary: "Install a release or a hotfix beside the others.",
  doc:
    "A hotfix makes a new complete release out of the one that it is for, and leaves that one as it is. What runs goes on; " +
    "only the first release of a root becomes the current one at once. A package must be signed by a key that the root trusts.",
  takes: {
    file: once("FILE", "A package file of a release or a hotfix, or a folder with one.", { completes: "file" }),
  },
  flags: {
    to: rootFlag,
    trust: value("KEYFILE", "Trust this public key from now on.", { completes: "file" }),
    allowUnsigned: toggle("Take a package that nobody has signed; every status will say so."),
    onto: value("VERSION", "Put the hotfix on this release; else on the current one of its base, or on the base."),
  },
  examples: [
    { line: "inetsrv release install inetsrv-0.2.0-linux-x64.tar.zst", doc: "Beside the release that runs." },
    {
      line: "inetsrv release install inetsrv-0.2.0-linux-x64.tar.zst --to /srv/inetsrv --trust maker.pub",
      doc: "The first one in a new place; then /srv/inetsrv/current/inetsrv.",
    },
  ],
  exits: ["refused"],
  async run(context, { file, to, trust: keyFile, allowUnsigned, onto }) {
    const { out, world } = context;
    const root = rootOf(context, to);
    const given = keyFile === undefined ? undefined : readPublicKeyFile(resolve(world.workingFolder, keyFile));
    if (given?.ok === false) return out.failed(given.error, exitCodes.refused);
    const owner = trustIn(context, root);
    if (!owner.ok) return out.failed(owner.error);
    const keys = [...owner.value.keys, ...(given === undefined ? [] : [given.value])];
    const progress = byteProgress(context, "Installing");
    const installed = await installParcel(resolve(world.workingFolder, file), {
      root,
      trust: { keys, unsigned: owner.value.unsigned },
      allowUnsigned,
      onto,
      tell: progress.tell,
    });
    progress.end();
    if (!installed.ok) return out.failed(installed.error, exitCodes.refused);
    const { version, signedBy } = installed.value;
    // Whoever has signed what is installed has to be known where it is used.
    for (const key of keys.filter(
      (it) => signedBy.includes(it.id) && !existsSync(resolve(keyFolder(root), `${it.id}.pub`)),
    )) {
      const trusted = trustKey(keyFolder(root), key);
      if (!trusted.ok) return out.failed(trusted.error);
    }
    const isFirst = linkedVersion(root, "current") === undefined;
    if (isFirst) {
      const switched = switchCurrent(root, version);
      if (!switched.ok) return out.failed(switched.error);
    }
    const next = isFirst
      ? `It is the current one: ${resolve(root, "current", "inetsrv")}`
      : `Next: inetsrv release activate ${version}`;
    out.show({ ...installed.value, current: isFirst }, () => installedLines(installed.value, next));
    return exitCodes.done;
  },
});

const repair = verb({
  words: "release repair",
  group: "Releases",
  summary: "Bring the files of a release back.",
  doc:
    "Each is taken from another release that has the same file, or from a package that is named. Files that do not belong " +
    "there are set aside in set-aside/ of the root.",
  takes: { version: maybe("VERSION", VERSION_DOC) },
  flags: {
    from: value("FILE", "A package file, or a folder with the release.", { completes: "file" }),
    root: rootFlag,
  },
  examples: [
    { line: "inetsrv release repair 0.2.0", doc: "From the other releases that are installed." },
    {
      line: "inetsrv release repair 0.2.0 --from inetsrv-0.2.0-linux-x64.tar.zst",
      doc: "Also when its manifest is lost.",
    },
  ],
  exits: ["refused"],
  async run(context, { version: named, from, root: where }) {
    const { out, world } = context;
    const root = rootOf(context, where);
    const version = versionIn(context, root, named);
    if (version === undefined) return out.misused("Which release?", "See which are: inetsrv release list");
    const trust = trustIn(context, root);
    if (!trust.ok) return out.failed(trust.error);
    const source = from === undefined ? undefined : resolve(world.workingFolder, from);
    const repaired = await repairRelease({ root, version, trust: trust.value, from: source });
    if (!repaired.ok) return out.failed(repaired.error, exitCodes.refused);
    out.show(repaired.value, () => repairLines(repaired.value, out.width));
    return repaired.value.left.length === 0 ? exitCodes.done : exitCodes.failed;
  },
});

const prune = verb({
  words: "release prune",
  group: "Releases",
  summary: "Remove releases that nobody uses.",
  doc: "Never the current one, the one before it, one that a process runs from, or the one of this program.",
  takes: {},
  flags: {
    keep: value("COUNT", "Keep so many of the newest of them too; otherwise 0.", {
      kind: whole({ min: 0, max: 1000 }),
    }),
    yes: toggle("Remove them; otherwise it shows what it would do, and asks."),
    root: rootFlag,
  },
  examples: [
    { line: "inetsrv release prune", doc: "Shows which would go, and asks." },
    { line: "inetsrv release prune --keep 2 --yes", doc: "All but two more." },
  ],
  exits: ["interrupted"],
  async run(context, { keep, yes, root: where }) {
    const { out, program } = context;
    const root = rootOf(context, where);
    const own = program.files.release?.version;
    const plan = planPrune(root, own, keep ?? 0);
    if (!plan.ok) return out.failed(plan.error);
    const versions = plan.value.remove.map((it) => it.version);
    if (versions.length === 0) {
      out.show({ root, removed: [] }, () => ["There is nothing to remove."]);
      return exitCodes.done;
    }
    if (!yes) {
      if (!out.json) out.lines(releaseTable(plan.value.remove, root, out.width, out.proseWidth));
      const question = `Remove ${count(versions.length, "release")}?`;
      const declined = await confirmed(context, `remove ${versions.join(", ")}`, { question, declined: "All stay." });
      if (declined !== undefined) return declined;
    }
    const removed = pruneReleases(root, own, plan.value);
    if (!removed.ok) return out.failed(removed.error);
    out.show({ root, removed: removed.value }, () => removed.value.map((it) => `Removed ${it}`));
    return exitCodes.done;
  },
});

export const releaseInstall: readonly Verb[] = [install, repair, prune];
