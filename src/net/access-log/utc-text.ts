// A moment in UTC as logs spell it, made once for each second: most lines fall into the second of the line before. Pure.
import { type Pieces, piecesOf } from "./pieces.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** No calendar of four digits ends later. */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

export class UtcText {
  /** "2026-11-27" */
  date = "";
  /** "12:00:01" */
  time = "";
  /** "27/Nov/2026:12:00:01 +0000" */
  ncsa = "";
  /** The date, and the time. */
  pieces: Pieces = piecesOf([]);
  private second = Number.NaN;

  at(atMs: number): this {
    const second = Math.floor(atMs / 1000);
    if (second === this.second) return this;
    this.second = second;
    const iso = new Date(sane(atMs)).toISOString();
    this.date = iso.slice(0, 10);
    this.time = iso.slice(11, 19);
    const month = months[Number(iso.slice(5, 7)) - 1];
    this.ncsa = `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${this.time} +0000`;
    this.pieces = piecesOf([this.date, this.time]);
    return this;
  }
}

/** A moment that a calendar has, whatever a clock says. */
export const sane = (atMs: number): number => (Number.isFinite(atMs) ? Math.min(Math.max(atMs, 0), LATEST_MS) : 0);
