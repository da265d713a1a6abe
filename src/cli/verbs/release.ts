// `inetsrv release list|status|verify`: complete releases side by side, each signed and provable.
import { resolve } from "node:path";
import type { Fault } from "../../base/fault.ts";
import { thisMachine } from "../../release/check/machine.ts";
import { verifyRelease } from "../../release/check/verify.ts";
import { verifyParcel } from "../../release/check/verify-parcel.ts";
import { bytesOf } from "../../release/manifest/manifest.ts";
import { notInstalled } from "../../release/place/find-installed.ts";
import { versionsIn } from "../../release/place/install-root.ts";
import { listReleases, useTable } from "../../release/place/list-releases.ts";
import { readInstalled } from "../../release/place/read-release.ts";
import { readVersion } from "../../release/version.ts";
import { byteProgress } from "../byte-progress.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { count } from "../look/moment.ts";
import { rootFlag, rootOf, trustIn, VERSION_DOC, versionIn } from "../release-place.ts";
import { maybe, toggle, type Verb, verb } from "../verb.ts";
import { type ReleaseStatus, releaseStatusLines, releaseTable } from "../views/release-view.ts";

const list = verb({
  words: "release list",
  group: "Releases",
  summary: "Show the releases that are installed side by side.",
  takes: {},
  flags: { root: rootFlag },
  examples: [{ line: "inetsrv release list", doc: "Which is current, which runs, and who has signed each." }],
  exits: [],
  async run(context, given) {
    const { out, program } = context;
    const root = rootOf(context, given.root);
    const listed = listReleases(root, program.files.release?.version);
    if (!listed.ok) return out.failed(listed.error);
    out.show({ root, releases: listed.value }, () => releaseTable(listed.value, root, out.width, out.proseWidth));
    return exitCodes.done;
  },
});

const status = verb({
  words: "release status",
  group: "Releases",
  summary: "Show a release and whether every file is right.",
  doc: "Its base, its hotfixes, who has signed it, and each file that is not what the manifest says.",
  takes: { version: maybe("VERSION", VERSION_DOC) },
  flags: { files: toggle("Show every file, not only what is wrong."), root: rootFlag },
  examples: [
    { line: "inetsrv release status", doc: "Of the release that this program belongs to." },
    {
      line: "inetsrv release status 0.2.0+fix1 --files",
      doc: "With each file and the release or hotfix that it is of.",
    },
  ],
  exits: ["partBroken"],
  async run(context, { version: named, files, root: where }) {
    const { out, program } = context;
    const root = rootOf(context, where);
    const version = versionIn(context, root, named);
    if (version === undefined) {
      const none = {
        base: null,
        hotfixes: [],
        signedBy: [],
        unsigned: false,
        uses: [],
        files: 0,
        wrong: [],
        faults: [],
      };
      return shown(context, { version: null, folder: program.files.root, ...none });
    }
    const seen = statusOf(context, root, version);
    if (!seen.ok) return out.failed(seen.error);
    const { all, ...short } = seen.value;
    return shown(context, files ? seen.value : short);
  },
});

function shown({ out }: Context, status: ReleaseStatus): number {
  out.show(status, () => releaseStatusLines(status, out.width, out.proseWidth));
  return status.wrong.length === 0 && status.faults.length === 0 ? exitCodes.done : exitCodes.partBroken;
}

function statusOf(context: Context, root: string, version: string) {
  const trust = trustIn(context, root);
  if (!trust.ok) return trust;
  if (!versionsIn(root).includes(version)) return { ok: false, error: notInstalled(root, version) } as const;
  const found = readInstalled(root, version);
  if (!found.ok) return found;
  const progress = byteProgress(context, `Reading ${version}`);
  const total = bytesOf(found.value.manifest.files);
  let done = 0;
  const verified = verifyRelease(found.value, trust.value, thisMachine, {
    tell: (bytes) => {
      done += bytes;
      progress.tell(done, total);
    },
  });
  progress.end();
  if (!verified.ok) return verified;
  const { standing, lacks, files } = verified.value;
  const { base } = found.value.manifest;
  const faults: readonly Fault[] = [...(standing.ok ? [] : [standing.error]), ...(lacks === undefined ? [] : [lacks])];
  const value: ReleaseStatus = {
    version,
    folder: found.value.folder,
    base: base?.version ?? null,
    hotfixes: base?.hotfixes ?? [],
    signedBy: standing.ok ? standing.value.signedBy : [],
    unsigned: standing.ok && standing.value.unsigned,
    uses: useTable(root, context.program.files.release?.version)(version),
    files: found.value.manifest.files.size,
    wrong: files.filter((it) => it.is !== "right"),
    faults,
    all: files,
  };
  return { ok: true, value } as const;
}

const verify = verb({
  words: "release verify",
  group: "Releases",
  summary: "Prove that a release or a package is whole.",
  takes: {
    what: maybe("VERSION|FILE", `${VERSION_DOC} Or a package file, or a folder with one.`, { completes: "file" }),
  },
  flags: { root: rootFlag },
  examples: [
    { line: "inetsrv release verify", doc: "Signature, every file, what lies beside them, and the machine." },
    {
      line: "inetsrv release verify inetsrv-0.2.0-linux-x64.tar.zst",
      doc: "Before it is installed; nothing is written.",
    },
  ],
  exits: ["refused"],
  async run(context, { what, root: where }) {
    const { out, world } = context;
    const root = rootOf(context, where);
    if (what !== undefined && readVersion(what) === undefined) {
      const trust = trustIn(context, root);
      if (!trust.ok) return out.failed(trust.error);
      const progress = byteProgress(context, "Reading");
      const verified = await verifyParcel(resolve(world.workingFolder, what), trust.value, progress.tell);
      progress.end();
      if (!verified.ok) return out.failed(verified.error, exitCodes.refused);
      out.show(verified.value, () => [`${verified.value.version} is whole: ${count(verified.value.files, "file")}.`]);
      return exitCodes.done;
    }
    const version = versionIn(context, root, what);
    if (version === undefined) return out.misused("Which release?", "See which are: inetsrv release list");
    const seen = statusOf(context, root, version);
    if (!seen.ok) return out.failed(seen.error, exitCodes.refused);
    const { all, ...short } = seen.value;
    out.show(short, () => releaseStatusLines(short, out.width, out.proseWidth));
    return short.wrong.length === 0 && short.faults.length === 0 ? exitCodes.done : exitCodes.refused;
  },
});

export const release: readonly Verb[] = [list, status, verify];
