// `inetsrv formats`: the formats of what lies on the disk, and the way to those that another release needs.
import { bad, good, type Result } from "../../base/result.ts";
import type { Brought } from "../../format/kept-copy.ts";
import {
  type FormatRoom,
  type FormatWish,
  formatRooms,
  type HomeFormats,
  type NotWritten,
  type WrittenFormats,
} from "../../supervisor/formats/home-formats.ts";
import type { Context } from "../context.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type Line, toned } from "../look/line.ts";
import { tableLines } from "../look/table.ts";
import { value, verb } from "../verb.ts";

export const formats = verb({
  words: "formats",
  group: "Releases",
  summary: "Show the formats of the data on disk, or change them.",
  doc:
    "A release reads some formats of metabase and spool and writes one; a start brings older ones forward by itself. " +
    "With --write they go to another format, also back to an older one, while no server runs. A copy of what was is kept in " +
    "before-format-N/ of each room, with a list of what the older format cannot express.",
  takes: {},
  flags: {
    write: value("NAME=N,…", "Bring them to these formats: metabase=N, spool=N, or both with a comma."),
  },
  examples: [
    { line: "inetsrv formats", doc: "Which formats there are, and which ones this release knows." },
    {
      line: "inetsrv formats --write metabase=1,spool=1",
      doc: "Type it with the newer release, before an older one is started again.",
    },
  ],
  exits: ["refused", "conflict"],
  async run(context, { write }) {
    const { program, home, out } = context;
    if (write === undefined) {
      const shown = program.formats.show(home);
      if (!shown.ok) return out.failed(shown.error);
      out.show(shown.value, () => formatLines(context, shown.value));
      return exitCodes.done;
    }
    const wish = readWish(write);
    if (!wish.ok) return out.misused(wish.error, "Type: inetsrv help formats");
    const written = program.formats.write(home, wish.value);
    if (!written.ok) return out.failed(written.error.fault, codes[written.error.is]);
    out.show(written.value, () => writtenLines(context, written.value));
    return exitCodes.done;
  },
});

const codes: Readonly<Record<NotWritten["is"], ExitCode>> = {
  held: exitCodes.conflict,
  refused: exitCodes.refused,
  failed: exitCodes.failed,
};

/** "metabase=1,spool=2"; the error is a sentence. */
function readWish(text: string): Result<FormatWish, string> {
  const wish: Partial<Record<FormatRoom, number>> = {};
  for (const part of text.split(",")) {
    const [, name, number] = /^\s*([a-z]+)=([1-9]\d{0,5})\s*$/.exec(part) ?? [];
    const room = formatRooms.find((it) => it === name);
    if (room === undefined || wish[room] !== undefined)
      return bad(`--write takes ${formatRooms.map((it) => `${it}=N`).join(" and ")}, each once at most`);
    wish[room] = Number(number);
  }
  return good(wish);
}

const formatLines = ({ out }: Context, rooms: HomeFormats): readonly Line[] =>
  tableLines(
    ["", "on disk", "this release writes", "and reads"].map((title) => ({ title })),
    formatRooms.map((room) => {
      const { found, writes, reads } = rooms[room];
      const known = found === null || reads.includes(found);
      return [room, found === null ? "none" : toned(known ? "good" : "bad", `${found}`), `${writes}`, reads.join(", ")];
    }),
    out.width,
  );

function writtenLines(context: Context, { formats: rooms, brought }: WrittenFormats): readonly Line[] {
  const changes = formatRooms.flatMap((room) => {
    const done = brought[room];
    return done === undefined ? [] : broughtLines(room, done);
  });
  const goesForward = formatRooms.some((room) => (rooms[room].found ?? rooms[room].writes) !== rooms[room].writes);
  const next = "Start the release that reads these formats; a start of this one brings them forward again.";
  return [...changes, "", ...formatLines(context, rooms), ...(goesForward ? ["", next] : [])];
}

function broughtLines(room: FormatRoom, { from, to, kept, leftOut }: Brought): readonly Line[] {
  if (kept === undefined) return [`The ${room} is of format ${to} already.`];
  return [
    `The ${room} was brought from format ${from} to format ${to}.`,
    `  As it was it lies in ${kept}`,
    ...(leftOut.length === 0 ? [] : [toned("warn", `  What format ${to} cannot express lies only there:`)]),
    ...leftOut.map((it) => `    ${it}`),
  ];
}
