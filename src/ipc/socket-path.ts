// Where the control socket is, spelled so that the system takes it: the name of a socket may have some 100 bytes, and a
// home may lie deeper. Opens the folder where that is needed, and nothing else.

import { closeSync, openSync } from "node:fs";
import { basename, dirname } from "node:path";
import { bad, good, type Result } from "../base/result.ts";
import { messageOf } from "../base/thrown.ts";

/** What every system takes (sun_path has 104 bytes on macOS, 108 on Linux). */
const PATH_BYTES_MAX = 100;

export interface SocketPath {
  /** For bind and connect; valid until `close`. */
  readonly path: string;
  close(): void;
}

/** A long path is reached through a descriptor of its folder, whose name under /proc is short. */
export function socketPath(full: string): Result<SocketPath, string> {
  if (Buffer.byteLength(full) <= PATH_BYTES_MAX) return good({ path: full, close: () => {} });
  if (process.platform !== "linux") return bad(`the path of the socket has more than ${PATH_BYTES_MAX} bytes: ${full}`);
  try {
    const folder = openSync(dirname(full), "r");
    let open = true;
    return good({
      path: `/proc/self/fd/${folder}/${basename(full)}`, // system path
      close() {
        if (open) closeSync(folder);
        open = false;
      },
    });
  } catch (error) {
    return bad(messageOf(error));
  }
}
