// The folders of the default mail site of a server, and what lies in a folder. Only for tests.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { MailFolderName } from "../../src/spool/mailroot.ts";

export const siteFolder = (home: string, name: MailFolderName): string =>
  join(home, "spool", "mailroot", "default", name);

/** Names of whole files; none while the folder is not there. */
export function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((it) => !it.startsWith("."));
  } catch {
    return [];
  }
}
