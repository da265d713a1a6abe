// Whether a release can go on with the data of another one, and the way back of data that a newer one has written.
import { about, type Fault, fault } from "../../base/fault.ts";
import type { Home } from "../../base/home.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { shellWord } from "../../base/shell-word.ts";
import { messageOf } from "../../base/thrown.ts";
import type { Formats, InstalledRelease } from "../../ipc/installed-release.ts";
import type { RecordedRelease, TrialRecord } from "./trial-record.ts";

const kinds = ["metabase", "spool"] as const;

export const writtenBy = ({ metabase, spool }: Formats): RecordedRelease["formats"] => ({
  metabase: metabase.writes,
  spool: spool.writes,
});

/** Why `to` cannot take over the data that `from` has written, nor have it brought to a format that it reads. */
export function lackOfFormat(from: RecordedRelease, to: InstalledRelease): Fault | undefined {
  const unread = kinds.find((kind) => !to.formats[kind].reads.includes(from.formats[kind]));
  if (unread === undefined) return undefined;
  const format = from.formats[unread];
  const { reads } = to.formats[unread];
  return fault(
    about("release", to.version),
    `Cannot activate release ${to.version}`,
    `it reads the ${unread} in format ${reads.join(", ")}, and ${from.version} has written format ${format}`,
    `End the server and bring the data back first: inetsrv down, inetsrv formats --write ${writing(writtenBy(to.formats))}, inetsrv release activate ${to.version}`,
  );
}

export const writing = ({ metabase, spool }: RecordedRelease["formats"]): string =>
  `metabase=${metabase},spool=${spool}`;

export const sameFormats = ({ from, to }: Pick<TrialRecord, "from" | "to">): boolean =>
  kinds.every((kind) => from.formats[kind] === to.formats[kind]);

/** Has the newer release bring the data back to what the older one writes; nobody holds the home meanwhile. */
export async function bringBack(
  home: Home,
  newer: RecordedRelease,
  older: RecordedRelease,
): Promise<Result<void, Fault>> {
  const words = [...newer.command, "--home", home.root, "formats", "--write", writing(older.formats)];
  const because = await failureOf(words);
  if (because === undefined) return good(undefined);
  return bad(
    fault(
      about("home", home.root),
      `Cannot go on with the data of ${home.root} as release ${older.version}`,
      `release ${newer.version} has written it in its own format, and did not bring it back: ${because}`,
      `Type: ${words.map(shellWord).join(" ")}`,
    ),
  );
}

const LAST_WORDS = 500;

/** Why a command failed, as a part of a sentence; undefined when it did not. */
export async function failureOf(words: readonly string[]): Promise<string | undefined> {
  try {
    const child = Bun.spawn([...words], { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
    const [told, code] = await Promise.all([child.stderr.text(), child.exited]);
    return code === 0 ? undefined : `it ended with code ${code}: ${told.trim().slice(-LAST_WORDS)}`;
  } catch (error) {
    return messageOf(error);
  }
}
