// Units of systemd that start a server on this home, read as text: what a manager would give the server that a user at a
// terminal lacks. Reads only.
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { seen } from "../base/seen.ts";
import type { Case } from "./case.ts";

/** Where units lie, the first that has a name wins; system path of every Linux with systemd. */
export const unitFolders: readonly string[] = [
  "/etc/systemd/system", // system path
  "/run/systemd/system", // system path
  "/usr/local/lib/systemd/system", // system path
  "/usr/lib/systemd/system", // system path
  "/lib/systemd/system", // system path
];

export interface Unit {
  readonly file: string;
  /** All values of a key, in their order; an empty one takes those before it away, as in systemd. */
  values(key: string): readonly string[];
  /** The words of ExecStart. */
  readonly command: readonly string[];
}

/** Of all folders the first that has a name wins, as in systemd. */
export function unitsOf({ parts, home }: Pick<Case, "parts" | "home">): readonly Unit[] {
  const seen = new Set<string>();
  return parts.unitFolders.flatMap((folder) =>
    names(folder)
      .filter((it) => /^inetsrv.*\.service$/.test(it) && !seen.has(it))
      .flatMap((name) => {
        seen.add(name);
        const unit = readUnit(join(folder, name), parts.unitFolders, name);
        return unit !== undefined && isOf(unit, home.root) ? [unit] : [];
      }),
  );
}

/** It may open low ports, by a capability or as root. */
export const grantsLowPorts = (units: readonly Unit[]): boolean =>
  units.some((it) => it.values("AmbientCapabilities").some((words) => words.includes("CAP_NET_BIND_SERVICE")));

const isOf = ({ command }: Unit, root: string): boolean => {
  const home = command[command.indexOf("--home") + 1];
  return command.includes("--home") && home !== undefined && real(home) === real(root);
};

export const real = (path: string): string => seen(() => realpathSync(path), path);

/** With the pieces that `systemctl edit` puts beside it. */
function readUnit(file: string, folders: readonly string[], name: string): Unit | undefined {
  const texts = [file, ...folders.flatMap((it) => pieces(join(it, `${name}.d`)))].map(read);
  if (texts[0] === undefined) return undefined;
  const lines = texts.flatMap((it) => (it ?? "").replaceAll("\\\n", " ").split("\n"));
  const values = (key: string): readonly string[] => {
    let found: string[] = [];
    for (const line of lines) {
      const [, is, value = ""] = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      if (is === key) found = value === "" ? [] : [...found, value];
    }
    return found;
  };
  return { file, values, command: words(values("ExecStart").at(-1) ?? "") };
}

/** As systemd takes a command apart: words, or quotes around one; marks before the program mean how it is run. */
const words = (text: string): readonly string[] =>
  [...text.replace(/^[-@:+!]+/, "").matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((it) => it[1] ?? it[2] ?? it[3] ?? "");

const names = (folder: string): readonly string[] => seen(() => readdirSync(folder).sort(), []);
const pieces = (folder: string): readonly string[] =>
  names(folder)
    .filter((it) => it.endsWith(".conf"))
    .map((it) => join(folder, it));
const read = (file: string): string | undefined => seen(() => readFileSync(file, "utf8"), undefined);
