// Whether a package file or folder that is not installed is whole, without writing anything.
import { createHash } from "node:crypto";
import { about, type Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { refuse } from "../disk.ts";
import { bytesOf } from "../manifest/manifest.ts";
import { filesOf, openParcel } from "../parcel/parcel.ts";
import { prove, proveTexts, type Trust } from "../trust/prove.ts";

export interface VerifiedParcel {
  readonly path: string;
  /** Of the release, or the name of the hotfix. */
  readonly version: string;
  readonly signedBy: readonly string[];
  readonly files: number;
}

export async function verifyParcel(
  path: string,
  trust: Trust,
  tell: (doneBytes: number, totalBytes: number) => void,
): Promise<Result<VerifiedParcel, Fault>> {
  const opened = await openParcel(path);
  if (!opened.ok) return opened;
  const parcel = opened.value;
  const { content, signed } = parcel;
  const attempt = { subject: about("file", path), attempted: `Cannot use the package ${path}` };
  try {
    const standing =
      content.is === "release"
        ? prove({ manifest: content.manifest, signed }, trust)
        : proveTexts([signed], trust, signed.text);
    if (!standing.ok)
      return bad(
        refuse(attempt, standing.error, "Trust its maker, if you know who it is: inetsrv release key trust FILE"),
      );
    const files = filesOf(parcel);
    const total = bytesOf(files);
    let done = 0;
    const checked = await parcel.each(files, async (file, pieces) => {
      const hash = createHash("sha256");
      for (;;) {
        const piece = await pieces.next();
        if (!piece.ok) return bad(refuse(attempt, `${file}: ${piece.error}`));
        if (piece.value === undefined) break;
        hash.update(piece.value);
        done += piece.value.length;
        tell(done, total);
      }
      const right = hash.digest("hex") === files.get(file)?.sha256;
      return right ? good(undefined) : bad(refuse(attempt, `${file} is not what its manifest says`, "Fetch it again"));
    });
    if (!checked.ok) return checked;
    const version = content.is === "release" ? content.manifest.version : content.hotfix.id;
    return good({ path, version, signedBy: standing.value.signedBy, files: files.size });
  } finally {
    parcel.close();
  }
}
