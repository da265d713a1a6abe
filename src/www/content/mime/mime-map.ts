// Which media type a file has, by the extension of its name alone: what is inside it nobody looks at. Pure. A name without a
// type is not served, so that what was never meant for the web does not go out by accident.
import { stockTypes } from "./stock-types.ts";

/** A line of the setting: an extension such as ".webp", "." for names without one, ".*" for all that have no other row. */
export interface MimeRow {
  readonly extension: string;
  /** Undefined: files with it are not served, whatever the stock map says. */
  readonly type: string | undefined;
}

const stock: ReadonlyMap<string, string> = new Map(
  Object.entries(stockTypes).flatMap(([type, extensions]) => extensions.split(" ").map((it) => [it, type] as const)),
);

export class MimeMap {
  private readonly own: ReadonlyMap<string, string | undefined>;

  constructor(rows: readonly MimeRow[]) {
    this.own = new Map(rows.map(({ extension, type }) => [extension.toLowerCase(), type]));
  }

  /** Undefined: the file is not served. */
  typeOf(fileName: string): string | undefined {
    for (const extension of extensionsOf(fileName)) {
      if (this.own.has(extension)) return this.own.get(extension);
      const type = stock.get(extension);
      if (type !== undefined) return type;
    }
    return this.own.get(".*");
  }
}

/** The map has a few with two dots, such as ".dll.config", which come first. */
function extensionsOf(fileName: string): readonly string[] {
  const name = fileName.toLowerCase();
  const last = name.lastIndexOf(".");
  if (last < 0) return ["."];
  const before = last === 0 ? -1 : name.lastIndexOf(".", last - 1);
  return before < 0 ? [name.slice(last)] : [name.slice(before), name.slice(last)];
}

const TYPE =
  /^[!#$&^_.+0-9A-Za-z-]+\/[!#$&^_.+0-9A-Za-z-]+(?: *; *[0-9A-Za-z-]+=(?:[0-9A-Za-z_.+-]+|"[ -!#-[\]-~]*"))*$/;
const EXTENSION = /^\.(?:\*|[^\s/\\,*]*)$/;

/** ".webp image/webp", or ".mdb none" for what is not to be served; ".webp,image/webp" as IIS 6 wrote it. */
export function parseMimeRow(text: string): MimeRow | undefined {
  const [, extension = "", type = ""] = /^(\S[^\s,]*)[\s,]\s*(.*\S)\s*$/.exec(text) ?? [];
  if (!EXTENSION.test(extension)) return undefined;
  if (type === "none") return { extension: extension.toLowerCase(), type: undefined };
  return TYPE.test(type) ? { extension: extension.toLowerCase(), type } : undefined;
}

export const printMimeRow = ({ extension, type }: MimeRow): string => `${extension} ${type ?? "none"}`;
