// Where the folders of a mail site lie that people and programs look into: what is stated, else below the spool, as IIS
// had them below Mailroot. Paths only.
import { resolve } from "node:path";
import { folderNameOf, type Home, roomPath } from "../base/home.ts";

export type MailFolderName = "Pickup" | "Drop" | "Badmail";

/** `stated` as the setting has it; null where nothing is set. Sites may be called anything, folders may not. */
export const mailFolder = (home: Home, site: string, name: MailFolderName, stated: string | null): string =>
  stated === null ? roomPath(home, "spool", "mailroot", folderNameOf(site), name) : resolve(home.root, stated);
