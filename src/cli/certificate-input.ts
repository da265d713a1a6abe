// Reads the files of a certificate as the user of the command, and asks for the passphrase of those that are locked. The
// passphrase stays in this process.
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { about, type Fault, fault } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import { messageOf } from "../base/thrown.ts";
import type { Material } from "../certificate/pair.ts";
import { FILE_BYTES_MAX, type GivenFile, readMaterial, type Unreadable } from "../certificate/read-material.ts";
import { refusal } from "../supervisor/operation.ts";
import type { Context } from "./context.ts";
import type { ExitCode } from "./exit-code.ts";
import { readSecret } from "./secret-input.ts";

export interface CertificateFiles {
  readonly together: Material;
  readonly each: readonly (Material & { readonly path: string })[];
}

/** What the files hold; what is wrong was told already. A server that follows files cannot be asked for a passphrase. */
export async function readCertificateFiles(
  context: Context,
  paths: readonly string[],
  locked: "may" | "never",
): Promise<Result<CertificateFiles, ExitCode>> {
  const { world, out } = context;
  const files: GivenFile[] = [];
  for (const path of paths) {
    const read = await readFile(resolve(world.workingFolder, path), path);
    if (!read.ok) return bad(out.failed(read.error));
    files.push(read.value);
  }
  let read = readEach(files, world.workingFolder);
  if (!read.ok && read.error.is === "locked" && locked === "may") {
    const passphrase = await readSecret(context, `The passphrase of ${read.error.file}`);
    if (!passphrase.ok) return passphrase;
    read = readEach(files, world.workingFolder, passphrase.value);
  }
  if (!read.ok) return bad(out.refused(refusal("refused", `Cannot use ${read.error.file}: ${read.error.because}`)));
  const { value: each } = read;
  const together = { certificates: each.flatMap((it) => it.certificates), keys: each.flatMap((it) => it.keys) };
  return good({ together, each });
}

function readEach(
  files: readonly GivenFile[],
  folder: string,
  passphrase?: string,
): Result<CertificateFiles["each"], Unreadable> {
  const each: (Material & { readonly path: string })[] = [];
  for (const file of files) {
    const read = readMaterial([file], passphrase);
    if (!read.ok) return read;
    each.push({ ...read.value, path: resolve(folder, file.name) });
  }
  return good(each);
}

async function readFile(path: string, name: string): Promise<Result<GivenFile, Fault>> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    if (size > FILE_BYTES_MAX) return bad(unreadable(name, `it has more than ${FILE_BYTES_MAX} bytes`));
    return good({ name, bytes: await file.readFile() });
  } catch (error) {
    return bad(unreadable(name, messageOf(error)));
  }
}

const unreadable = (name: string, because: string): Fault =>
  fault(about("file", name), `Cannot read ${name}`, because, "Name a file that can be read");
