// Every event of the catalogue, room by room. Pure.
import type { Catalogue, CatalogueEntry } from "../../src/event/catalogue.ts";
import { page, prose, table } from "./markdown.ts";

export function eventsPage({ entries }: Catalogue): string {
  const rooms = [...new Set(entries.map((it) => it.room))];
  return page("Events", [
    "What the event log says, and what to do about it. Words in braces are filled in; `{object}` is the name of the thing it is about. `inetsrv explain NUMBER` tells the same and shows the article.",
    ...rooms.flatMap((room) => [`## ${room}`, roomTable(entries.filter((it) => it.room === room))]),
  ]);
}

const roomTable = (entries: readonly CatalogueEntry[]): string =>
  table(
    ["number", "level", "about a", "sentence", "what to do", "article"],
    entries.map(({ row }) => [
      String(row.number),
      row.level,
      row.object,
      prose(row.sentence),
      prose(row.remedy),
      row.article === undefined ? "" : `[${row.article}](../../knowledge/${row.article}.md)`,
    ]),
  );
