// The kinds of values that only the filter has. Pure.
import { TOKEN } from "../../proto/http/byte-kinds.ts";
import { textual } from "../../schema/kind.ts";
import { list, table } from "../../schema/kinds/group.ts";
import { flag, text } from "../../schema/kinds/plain.ts";

export const words = list(text({ min: 1, max: 255 }), { max: 1000 });

/** Kinds of their own, as one that could fit nothing would protect nothing. */
const extension = textual(
  "file extension",
  "an extension with its dot such as .config, or a dot alone for names without one",
  ".config",
  (given) => (/^\.[^/\\.\0-\x1f\x7f]{0,254}$/.test(given) ? given : undefined),
  (value) => value,
);
export const extensions = list(extension, { max: 1000 });

const segment = textual(
  "name in a path",
  "the name of a file or folder such as bin, without slashes",
  "bin",
  (given) => (/^[^/\\\0-\x1f\x7f]{1,255}$/.test(given) ? given : undefined),
  (value) => value,
);
export const segments = list(segment, { max: 1000 });

const headerName = textual(
  "name of a header",
  "the name of a header such as User-Agent",
  "User-Agent",
  (given) => (new RegExp(`^${TOKEN}{1,100}$`).test(given) ? given : undefined),
  (name) => name,
);

export interface HeaderLimit {
  readonly header: string;
  readonly bytesMax: number;
}

export const headerLimit = textual<HeaderLimit>(
  "header limit",
  "a header and the largest number of bytes that may stand behind it, such as Cookie 4096",
  "Cookie 4096",
  (given) => {
    const [, header, digits] = new RegExp(`^(${TOKEN}{1,100}) +(\\d{1,7})$`).exec(given.trim()) ?? [];
    return header === undefined ? undefined : { header, bytesMax: Number(digits) };
  },
  ({ header, bytesMax }) => `${header} ${bytesMax}`,
);

/** A rule may leave out all but what it refuses. */
export const filteringRules = table(
  {
    scanUrl: flag,
    scanQueryString: flag,
    scanAllRaw: flag,
    scanHeaders: list(headerName, { max: 100 }),
    appliesTo: extensions,
    denyStrings: words,
    denyUnescapedPercent: flag,
  },
  {
    max: 100,
    fallbacks: {
      scanUrl: false,
      scanQueryString: false,
      scanAllRaw: false,
      scanHeaders: [],
      appliesTo: [],
      denyUnescapedPercent: true,
    },
  },
);
