// What a release needs of the machine, and what this one has.
import { release as kernelRelease } from "node:os";
import { about, type Fault, fault } from "../../base/fault.ts";
import type { Manifest, Prerequisite } from "../manifest/manifest.ts";

export interface Machine {
  readonly platform: string;
  /** undefined where it has none, as glibc on a system that uses another library. */
  version(of: Prerequisite["needs"]): string | undefined;
}

export const thisMachine: Machine = {
  get platform() {
    const other = process.platform === "linux" && glibc() === undefined ? "-musl" : "";
    return `${process.platform}-${process.arch}${other}`;
  },
  version: (of) => versions[of]?.(),
};

/** What a newer release may need besides is none that this one could find. */
const versions: Readonly<Partial<Record<string, () => string | undefined>>> = {
  glibc,
  kernel: () => /^\d+(\.\d+)*/.exec(kernelRelease())?.[0],
};

interface Report {
  readonly header?: { readonly glibcVersionRuntime?: string };
}
let known: { readonly is: string | undefined } | undefined;

function glibc(): string | undefined {
  known ??= { is: (process.report?.getReport() as Report | undefined)?.header?.glibcVersionRuntime };
  return known.is;
}

/** The first thing that the machine lacks for it. */
export function lackOf({ version, platform, prerequisites }: Manifest, machine: Machine): Fault | undefined {
  const refuse = (because: string, remedy: string) =>
    fault(about("release", version), `Cannot use the release ${version} on this machine`, because, remedy);
  if (platform !== machine.platform)
    return refuse(
      `it is made for ${platform}, this is ${machine.platform}`,
      `Take the package for ${machine.platform}`,
    );
  const lack = prerequisites.find(({ needs, atLeast }) => !isAtLeast(machine.version(needs), atLeast));
  if (lack === undefined) return undefined;
  const { needs, atLeast } = lack;
  const has = machine.version(needs) ?? "none";
  return refuse(`it needs ${needs} ${atLeast}, this machine has ${has}`, "Install it on a machine with a newer system");
}

function isAtLeast(has: string | undefined, atLeast: string): boolean {
  if (has === undefined) return false;
  const numbers = has.split(".").map(Number);
  const least = atLeast.split(".").map(Number);
  const at = least.findIndex((it, index) => it !== (numbers[index] ?? 0));
  return at < 0 || (numbers[at] ?? 0) > (least[at] ?? 0);
}
