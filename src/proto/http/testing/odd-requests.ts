// Reads the table of odd requests, `odd-requests.md`, which says how its cells are written.

export interface OddRequest {
  readonly name: string;
  /** One character per byte. */
  readonly sent: string;
  readonly ours: string;
  /** nginx, Apache, Caddy, Node. */
  readonly others: readonly string[];
}

export const readOddRequests = (markdown: string): readonly OddRequest[] =>
  [...markdown.matchAll(/^\| ([^|`]+?) +\| `([^|`]+)` +\| ([^|]+?) +\|(.*)\|$/gm)].map(
    ([, name = "", sent = "", ours = "", others = ""]) => ({
      name,
      sent: bytesOf(sent),
      ours,
      others: others.split("|").map((it) => it.trim()),
    }),
  );

const words: Readonly<Record<string, string>> = {
  get: "GET / HTTP/1.1⏎Host: a⏎",
  post: "POST / HTTP/1.1⏎Host: a⏎",
  chunked: "POST / HTTP/1.1⏎Host: a⏎Transfer-Encoding: chunked⏎⏎",
  next: "GET /next HTTP/1.1⏎Host: a⏎⏎",
  fields: "X: a⏎",
};
const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

const bytesOf = (cell: string): string =>
  cell
    .replaceAll(/\{([^*}]+)(?:\*(\d+))?\}/g, (_, word: string, times = "1") =>
      (words[word] ?? word).repeat(Number(times)),
    )
    .replaceAll(/\\(?:x([0-9a-f]{2})|([nrt]))/g, (_, hex?: string, letter = "") =>
      hex === undefined ? (escapes[letter] ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replaceAll("⏎", "\r\n");
