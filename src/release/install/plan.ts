// What an installation is going to be: the release with its manifest, proved, and where each of its files comes from. A
// hotfix becomes a whole release here. Nothing is written.
import { about, type Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { type Attempt, refuse } from "../disk.ts";
import { compose, hashOf, type StatedRelease } from "../manifest/compose.ts";
import { type Files, type SignedText, writeManifest } from "../manifest/manifest.ts";
import { openParcel, type Parcel } from "../parcel/parcel.ts";
import { linkedVersion, versionsIn } from "../place/install-root.ts";
import { readInstalled } from "../place/read-release.ts";
import { prove, proveTexts, type Standing, type Trust } from "../trust/prove.ts";
import { readVersion } from "../version.ts";

export interface InstallOptions {
  readonly root: string;
  readonly trust: Trust;
  /** What is not signed may be installed; the root remembers which. */
  readonly allowUnsigned: boolean;
  /** The release that a hotfix is put on; else the current one, where it is of that base, or the base. */
  readonly onto?: string | undefined;
  readonly tell?: (doneBytes: number, totalBytes: number) => void;
}

const NAME_ITS_RELEASE = "Name the release that it is for: inetsrv release install FILE --onto VERSION";

/** What the new folder is made of. */
export interface Plan {
  readonly stated: StatedRelease;
  readonly parts: readonly { readonly parcel: Parcel; readonly files: Files }[];
  readonly standing: Standing;
}

type Content<Is> = Extract<Parcel["content"], { readonly is: Is }>;

export function planRelease(
  parcel: Parcel,
  { manifest }: Content<"release">,
  options: InstallOptions,
): Result<Plan, Fault> {
  const stated = { manifest, signed: parcel.signed };
  const standing = prove(stated, trustOf(parcel.signed, options));
  if (!standing.ok) return bad(untrusted(manifest.version, standing.error));
  return good({ stated, parts: [{ parcel, files: manifest.files }], standing: standing.value });
}

export async function planHotfix(
  parcel: Parcel,
  { hotfix }: Content<"hotfix">,
  options: InstallOptions,
): Promise<Result<Plan, Fault>> {
  const { root } = options;
  const attempt = attemptOf(`the hotfix ${hotfix.id}`, hotfix.id);
  const proven = proveTexts([parcel.signed], trustOf(parcel.signed, options), parcel.signed.text);
  if (!proven.ok) return bad(untrusted(hotfix.id, proven.error));
  const onto = options.onto ?? suitable(root, hotfix.base.version);
  if (!versionsIn(root).includes(onto))
    return bad(refuse(attempt, `${onto} is not installed in ${root}`, `Install ${hotfix.base.version} first`));
  const base = readInstalled(root, onto);
  if (!base.ok) return base;
  const whole = prove(base.value, options.trust);
  if (!whole.ok) return bad(untrusted(onto, whole.error));
  const manifest = compose(base.value, hotfix, parcel.signed);
  if (!manifest.ok) return bad(refuse(attempt, manifest.error, NAME_ITS_RELEASE));
  const stated = { manifest: manifest.value, signed: { text: writeManifest(manifest.value), signature: null } };
  const unsigned = whole.value.unsigned || proven.value.unsigned;
  const standing = prove(stated, unsigned ? withUnsigned(options.trust, stated.signed) : options.trust);
  if (!standing.ok) return bad(untrusted(manifest.value.version, standing.error));
  const from = await openParcel(base.value.folder);
  if (!from.ok) return from;
  const kept = new Map([...base.value.manifest.files].filter(([path]) => !hotfix.files.has(path)));
  const parts = [
    { parcel: from.value, files: kept },
    { parcel, files: hotfix.files },
  ];
  return good({ stated, parts, standing: standing.value });
}

/** The current release where the hotfix is for its base. */
function suitable(root: string, base: string): string {
  const current = linkedVersion(root, "current");
  if (current === undefined) return base;
  const { core = [] } = readVersion(current) ?? {};
  return core.join(".") === base ? current : base;
}

const trustOf = (signed: SignedText, { trust, allowUnsigned: allowed }: InstallOptions): Trust =>
  allowed ? withUnsigned(trust, signed) : trust;
const withUnsigned = (trust: Trust, { text }: SignedText): Trust => ({
  keys: trust.keys,
  unsigned: new Set(trust.unsigned).add(hashOf(text)),
});

export const attemptOf = (what: string, name: string): Attempt => ({
  subject: about("release", name),
  attempted: `Cannot install ${what}`,
});

const untrusted = (version: string, because: string): Fault =>
  refuse(
    attemptOf(version, version),
    because,
    because === "it is not signed"
      ? "If you have made it yourself: --allow-unsigned"
      : "Trust the key of its maker, if you know whose it is: --trust FILE",
  );
