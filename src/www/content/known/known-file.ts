// A file of a site that was looked at: what it is, by what one sees that it still is so, and the answers that lie ready. It asks
// nobody anything.
import type { Answer } from "../../../proto/http/answer/answer.ts";
import type { DateStamp } from "../../../proto/http/answer/date-stamp.ts";
import { ReadyAnswer } from "../../../proto/http/answer/ready-answer.ts";
import type { Coding } from "../../../proto/http/content/accept-encoding.ts";
import type { Chosen } from "../coding/coding-choice.ts";
import { codingTable } from "../coding/coding-table.ts";
import type { ContentRules } from "../content-rules.ts";
import type { OpenFile } from "../file/open-files.ts";
import type { Stamp } from "../file/stamp.ts";
import type { Representation } from "../representation.ts";

/** A form of the file that can be had: of a file of its own, or made when it is asked for. */
export interface Form {
  readonly representation: Representation;
  /** Names below the folder, of what is opened for it. */
  readonly names: readonly string[];
  readonly stamp: Stamp;
}

/** What is there is as it was as long as it has this stamp. */
export interface Watched extends Stamp {
  readonly path: string;
}

export interface Found {
  readonly rules: ContentRules;
  readonly folder: string;
  /** The file as it is. */
  readonly plain: Form;
  /** Files beside it, each in a coding. */
  readonly siblings: ReadonlyMap<Coding, Form>;
  /** In which it could be compressed. */
  readonly makes: readonly Coding[];
  readonly watched: readonly Watched[];
  /** It may yet change without a sign, and so must be looked at anew each time. */
  readonly isYoung: boolean;
}

/** A form in memory. */
export class Held {
  readonly representation: Representation;
  readonly whole: Answer;
  readonly bytes: Buffer;
  private readonly date: DateStamp;
  private unmodified: Answer | undefined;

  constructor(representation: Representation, bytes: Buffer, date: DateStamp) {
    const fields = [["Content-Type", representation.type] as const, ...representation.fields];
    const whole = new ReadyAnswer({ status: 200, substatus: 0, fields, body: bytes }, date);
    this.representation = representation;
    this.whole = whole;
    this.bytes = whole.body ?? bytes;
    this.date = date;
  }

  /** Made when it is asked for: where files come and go in memory it hardly is. */
  get notModified(): Answer {
    const { notModifiedFields: fields } = this.representation;
    this.unmodified ??= new ReadyAnswer({ status: 304, substatus: 0, fields, body: undefined }, this.date);
    return this.unmodified;
  }
}

/** The same for all files that have none, as each request for them looks at it. */
const none: readonly Coding[] = [];

/** What an entry costs beside its bytes, roughly: heads, names, stamps. */
const OVERHEAD_BYTES = 4096;

export class KnownFile {
  readonly found: Found;
  /** In the order in which they are liked. */
  codings: readonly Coding[];
  readonly held: Partial<Record<Chosen, Held>> = {};
  /** Forms that are open. */
  readonly open = new Map<Chosen, OpenFile>();
  /** What is being compressed. */
  readonly making = new Set<Coding>();
  heldBytes = OVERHEAD_BYTES;
  /** At hand, as each request looks at them. */
  readonly watched: readonly Watched[];
  readonly checkIntervalMs: number;
  checkedMs: number;
  /** Asked for since it was last thought of letting it go. */
  isUsed = false;

  constructor(found: Found, checkedMs: number) {
    this.found = found;
    this.watched = found.watched;
    this.checkIntervalMs = found.rules.checkIntervalMs;
    this.checkedMs = checkedMs;
    const codings = codingTable
      .map((it) => it.coding)
      .filter((it) => found.siblings.has(it) || found.makes.includes(it));
    this.codings = codings.length === 0 ? none : codings;
  }

  /** Nobody will come for it again. */
  close(): void {
    for (const it of [...this.open.values()]) it.drop();
  }

  /** Nothing is gained by it. */
  giveUp(coding: Coding): void {
    this.codings = this.codings.filter((it) => it !== coding);
  }

  hold(coding: Chosen, representation: Representation, bytes: Buffer, date: DateStamp): Held {
    const held = new Held(representation, bytes, date);
    this.heldBytes += bytes.length - (this.held[coding]?.bytes.length ?? 0);
    this.held[coding] = held;
    return held;
  }
}
