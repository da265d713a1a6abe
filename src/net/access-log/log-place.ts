// Where the access log of a site lies: a folder of its own below the folder of logs, named as IIS named its own, with the
// name of the site where IIS had a number; or the folder of the service, where IIS had its central log. Pure: worker and
// supervisor come to the same place without asking each other.
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { Home } from "../../base/home.ts";

/** File systems take 255 bytes, and other programs add endings of theirs. */
const NAME_LENGTH_MAX = 150;
const DIGEST_LENGTH = 12;

/** "W3SVC-default"; also the field s-sitename. Two sites never share one. */
export function siteLogName(stem: string, site: string): string {
  const safe = Array.from(Buffer.from(site), (byte) => spellings[byte]).join("");
  if (safe.length <= NAME_LENGTH_MAX) return `${stem}-${safe}`;
  const digest = createHash("sha256").update(site).digest("hex").slice(0, DIGEST_LENGTH);
  return `${stem}-${safe.slice(0, NAME_LENGTH_MAX - DIGEST_LENGTH)}~${digest}`;
}

/** Bytes as in an address of the web: letters, digits and a few signs as they are, all others as %xx. */
const spellings = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9._-]/.test(character) ? character : `%${byte.toString(16).padStart(2, "0")}`;
});

/**
 * The way back from the name of a folder; without a site where it is the log of many. A site whose name was too long for one
 * is called as its folder is.
 */
export function readSiteLogName(name: string): { readonly stem: string; readonly site?: string } | undefined {
  const [, stem, rest] = /^([A-Z0-9]+)(?:-(.+))?$/s.exec(name) ?? [];
  if (stem === undefined) return undefined;
  if (rest === undefined) return { stem };
  const bytes = rest.replaceAll(/%([0-9a-f]{2})/g, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)));
  return { stem, site: rest.includes("~") ? rest : Buffer.from(bytes, "latin1").toString() };
}

/** Whose lines stand in one log. */
export const logScopes = ["site", "service"] as const;

/** The settings that decide it. */
export interface LogWhereabouts {
  /** Below the home, or absolute. */
  readonly accessLogFolder: string;
  readonly accessLogPer: (typeof logScopes)[number];
}

export const siteLogFolder = (home: Home, values: LogWhereabouts, stem: string, site: string): string =>
  resolve(home.root, values.accessLogFolder, values.accessLogPer === "service" ? stem : siteLogName(stem, site));
