// `inetsrv release build` and `inetsrv release hotfix build`: packages for others, made out of a clone and signed.
import type { KeyObject } from "node:crypto";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { about, type Fault, fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { buildHotfix } from "../../release/build/build-hotfix.ts";
import { buildRelease } from "../../release/build/build-release.ts";
import { thisMachine } from "../../release/check/machine.ts";
import { onDisk } from "../../release/disk.ts";
import type { StatedRelease } from "../../release/manifest/compose.ts";
import { openParcel } from "../../release/parcel/parcel.ts";
import { readInstalled } from "../../release/place/read-release.ts";
import { readBounded } from "../../release/read-bounded.ts";
import { readPrivateKey } from "../../release/trust/key.ts";
import { readVersion } from "../../release/version.ts";
import { choice } from "../../schema/kinds/plain.ts";
import { dataFormats } from "../../service/data-formats.ts";
import { byteProgress } from "../byte-progress.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { type Line, toned } from "../look/line.ts";
import { count, shortSize } from "../look/moment.ts";
import { cloneOf, rootFlag, rootOf } from "../release-place.ts";
import { toggle, type Verb, value, verb } from "../verb.ts";

const forms = ["sources", "executable"] as const;
const packings = ["zstd", "gzip", "none"] as const;
const endings: Readonly<Record<(typeof packings)[number], string>> = {
  zstd: ".tar.zst",
  gzip: ".tar.gz",
  none: ".tar",
};

const shared = {
  key: value("FILE", "The private key that signs it: Ed25519 as PEM.", { completes: "file" }),
  unsigned: toggle("Make it without a signature; it can only be installed with --allow-unsigned."),
  to: value("DIR", "Where the package is put; otherwise dist/ of the clone.", { completes: "file" }),
  packing: value("PACKING", "How the package file is packed; otherwise zstd.", { kind: choice(packings) }),
};

const build = verb({
  words: "release build",
  group: "Releases",
  summary: "Make a complete release out of this clone.",
  doc: "It holds the sources, the articles, the packages that are needed and the runtime, or the one compiled file instead.",
  takes: {},
  flags: {
    form: value("FORM", "What runs: the sources with their runtime, or one file.", { kind: choice(forms) }),
    ...shared,
  },
  examples: [
    {
      line: "inetsrv release build --key maker.pem",
      doc: "Makes dist/inetsrv-0.2.0-linux-x64 and the package beside it.",
    },
    { line: "inetsrv release build --form executable --key maker.pem", doc: "With the one compiled file." },
  ],
  exits: ["refused"],
  async run(context, { form = "sources", key: keyFile, unsigned, to, packing = "zstd" }) {
    const { out, world } = context;
    const clone = cloneOf(context);
    if (!clone.ok) return out.failed(clone.error, exitCodes.refused);
    const key = signingKey(context, keyFile, unsigned);
    if (!key.ok) return typeof key.error === "number" ? key.error : out.failed(key.error, exitCodes.refused);
    const folder = to === undefined ? join(clone.value, "dist") : resolve(world.workingFolder, to);
    const compiled = join(folder, `executable.part-${process.pid}`);
    const runtime = form === "sources" ? good(process.execPath) : await compile(clone.value, join(compiled, "inetsrv"));
    if (!runtime.ok) return out.failed(runtime.error);
    const progress = byteProgress(context, "Packing");
    const built = await buildRelease({
      clone: clone.value,
      form,
      runtime: runtime.value,
      platform: thisMachine.platform,
      formats: dataFormats,
      key: key.value,
      to: folder,
      ending: endings[packing],
      madeMs: world.wallMs(),
      tell: progress.tell,
    });
    progress.end();
    rmSync(compiled, { recursive: true, force: true });
    if (!built.ok) return out.failed(built.error);
    const { version, platform, files, bytes, signedBy } = built.value;
    out.show(built.value, () => [
      toned("good", `Built ${version} for ${platform}: ${count(files, "file")}, ${shortSize(bytes)}.`),
      signerLine(signedBy),
      `Folder   ${built.value.folder}`,
      `Package  ${built.value.package}`,
    ]);
    return exitCodes.done;
  },
});

/** The build of the clone itself, as `npm run build` does it. */
async function compile(clone: string, file: string): Promise<Result<string, Fault>> {
  const script = join(clone, "tools", "build.ts");
  const child = Bun.spawn([process.execPath, ...process.execArgv, script, `--outfile=${file}`], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if ((await child.exited) === 0) return good(file);
  return bad(
    fault(about("file", file), "Cannot compile the program", "the build failed", "Mend what it says, then build again"),
  );
}

const hotfix = verb({
  words: "release hotfix build",
  group: "Releases",
  summary: "Make a package with some files for a release.",
  doc:
    "It names the exact build that it is for, with the hotfixes that are on it. Installing it makes a new complete release, " +
    "for example 0.2.0+fix1.",
  takes: {},
  flags: {
    base: value("VERSION|FILE", "The release that it is for: installed, or its package file or folder.", {
      completes: "file",
    }),
    id: value("NAME", "Its name: small letters, digits and hyphens."),
    from: value("DIR", "The folder with the new files; otherwise this clone.", { completes: "file" }),
    files: value("PATHS", "Which files it replaces or adds, with commas between them, as the release has them."),
    ...shared,
    root: rootFlag,
  },
  examples: [
    {
      line: "inetsrv release hotfix build --base 0.2.0 --id fix1 --files src/smtp/service.ts --key maker.pem",
      doc: "One file of this clone for the installed 0.2.0.",
    },
  ],
  exits: ["refused"],
  async run(context, { base, id, from, files, key: keyFile, unsigned, to, packing = "zstd", root }) {
    const { out, program, world } = context;
    const lacking = Object.entries({ base, id, files }).find(([, it]) => it === undefined)?.[0];
    if (base === undefined || id === undefined || files === undefined)
      return out.misused(`--${lacking} is missing`, "See: inetsrv help release hotfix build");
    const key = signingKey(context, keyFile, unsigned);
    if (!key.ok) return typeof key.error === "number" ? key.error : out.failed(key.error, exitCodes.refused);
    const onto = await releaseAt(context, base, root);
    if (!onto.ok) return out.failed(onto.error, exitCodes.refused);
    const built = await buildHotfix({
      onto: onto.value,
      id,
      from: from === undefined ? program.files.root : resolve(world.workingFolder, from),
      files: files.split(",").filter((it) => it !== ""),
      key: key.value,
      to: to === undefined ? world.workingFolder : resolve(world.workingFolder, to),
      ending: endings[packing],
      madeMs: world.wallMs(),
    });
    if (!built.ok) return out.failed(built.error, exitCodes.refused);
    out.show(built.value, () => [
      toned("good", `Built the hotfix ${id} for ${built.value.base}: ${count(built.value.files.length, "file")}.`),
      signerLine(built.value.signedBy),
      `Package  ${built.value.package}`,
    ]);
    return exitCodes.done;
  },
});

async function releaseAt(
  context: Context,
  base: string,
  root: string | undefined,
): Promise<Result<StatedRelease, Fault>> {
  if (readVersion(base) !== undefined) return readInstalled(rootOf(context, root), base);
  const opened = await openParcel(resolve(context.world.workingFolder, base));
  if (!opened.ok) return opened;
  opened.value.close();
  const { content, signed } = opened.value;
  if (content.is === "release") return good({ manifest: content.manifest, signed });
  return bad(fault(about("file", base), "Cannot build on it", "it is a hotfix", "Name a release"));
}

/** undefined where it is said that there shall be none. */
function signingKey(
  { out, world }: Context,
  file: string | undefined,
  unsigned: boolean,
): Result<KeyObject | undefined, Fault | number> {
  if (file === undefined)
    return unsigned
      ? good(undefined)
      : bad(out.misused("Nobody would sign it", "Give a key with --key (inetsrv release key make), or say --unsigned"));
  const path = resolve(world.workingFolder, file);
  const attempted = `Cannot sign with the key in ${path}`;
  const read = onDisk({ subject: about("file", path), attempted }, () => readBounded(path, 64 * 1024));
  if (!read.ok) return read;
  const remedy = "Make one: inetsrv release key make FILE";
  if (read.value === undefined) return bad(fault(about("file", path), attempted, "there is no such file", remedy));
  const key = readPrivateKey(read.value.toString("utf8"));
  return key.ok ? key : bad(fault(about("file", path), attempted, key.error, remedy));
}

const signerLine = (signedBy: string | null): Line =>
  signedBy === null
    ? toned("warn", "It is not signed: who installs it must say --allow-unsigned.")
    : `Signed by the key ${signedBy}`;

export const releaseBuild: readonly Verb[] = [build, hotfix];
