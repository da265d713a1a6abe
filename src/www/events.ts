// What the WWW service can tell: one row per event, numbers 7100 to 7149. Rows only; who reports decides when.
import { event } from "../event/event.ts";

export const wwwEvents = {
  folderMissing: event(
    7100,
    "error",
    "site",
    "{object} has nothing to serve at {url}, as there is no folder {folder} ({setting}).",
    "Bring it back, or name the right one: inetsrv config set {setting} FOLDER",
    "hard-coded-path",
  ),
  folderClosed: event(
    7101,
    "error",
    "site",
    "{object} cannot serve {url}, as the user of the services may not look into {folder} ({setting}).",
    "Let that user look into it and into the folders above it, or name another one: inetsrv config set {setting} FOLDER",
    "file-permissions",
  ),
  folderBack: event(7102, "notice", "site", "{object} serves {url} from {folder} again."),
} as const;
