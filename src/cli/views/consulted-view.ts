// The rows that a site has looked at for a question of why, as a table: what each says, and because of what. Lines only.
import { type Line, type Span, type Tone, toned } from "../look/line.ts";
import { tableLines } from "../look/table.ts";

const tones = { accepted: "good", answered: "good", refused: "bad", "goes on": "dim" } as const satisfies Record<
  string,
  Tone
>;

interface ConsultedRow {
  readonly row: string;
  readonly says: keyof typeof tones;
  readonly because: string;
}

export function consultedLines(consulted: readonly ConsultedRow[], width: number | undefined): readonly Line[] {
  const columns = [{ title: "Row" }, { title: "Says" }, { title: "Because", yields: 1 }];
  const rows = consulted.map(({ row, says, because }): readonly Span[] => [row, toned(tones[says], says), because]);
  return tableLines(columns, rows, width);
}
