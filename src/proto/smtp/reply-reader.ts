// Reads the replies of a server out of what arrives, in whatever pieces. Pure, bounded, and as patient as one can be
// without guessing: lines may end with LF alone, but what is no reply ends the conversation.
import { type Line, LineReader } from "../../base/line-reader.ts";
import type { Reply } from "./reply.ts";

/** A server that talks like this cannot be understood any more. */
export interface NoReply {
  readonly is: "no-reply";
  readonly because: string;
  /** What it said, as far as it can be shown. */
  readonly said: string;
}

/** RFC 5321 §4.5.3.1.5 wants 512, and some hosts write pages; a challenge may be as long as RFC 4954 §4 lets it be. */
const LINE_BYTES_MAX = 12_288;
const LINES_MAX = 256;
const REPLY_BYTES_MAX = 64 * 1024;

export class ReplyReader {
  private readonly lines = new LineReader(LINE_BYTES_MAX);
  private code: number | undefined;
  private words: string[] = [];
  private bytes = 0;

  push(chunk: Uint8Array): void {
    this.lines.push(chunk);
  }

  /** The next whole reply, or nothing until more arrives. After what is no reply there is nothing to read for. */
  next(): Reply | NoReply | undefined {
    for (let line = this.lines.next(); line !== undefined; line = this.lines.next()) {
      const reply = this.take(line);
      if (reply !== undefined) return reply;
    }
    return undefined;
  }

  private take(line: Line): Reply | NoReply | undefined {
    if (line.kind === "overlong") return noReply("a line of it has no end", "");
    const said = textOf(line.text);
    const [, digits, separator = " ", words = ""] = /^([2-5]\d\d)(?:([- ])(.*))?$/.exec(said) ?? [];
    if (digits === undefined) return noReply("a line of it does not begin with a code", said);
    const code = Number(digits);
    // RFC 5321 §4.2.1: the code is the same in all lines. Where servers fail in that, the last one is meant.
    if (this.code !== undefined && Math.floor(this.code / 100) !== Math.floor(code / 100))
      return noReply("its lines say yes and no", said);
    this.code = code;
    this.words.push(words);
    this.bytes += line.text.length;
    if (this.words.length > LINES_MAX || this.bytes > REPLY_BYTES_MAX) return noReply("it has no end", said);
    return separator === "-" ? undefined : this.whole(code);
  }

  private whole(code: number): Reply {
    const { words } = this;
    this.code = undefined;
    this.words = [];
    this.bytes = 0;
    // RFC 2034 §4: its class is that of the code; else it is no enhanced code but words.
    const [enhanced] =
      new RegExp(String.raw`^${Math.floor(code / 100)}\.\d{1,3}\.\d{1,3}(?= |$)`).exec(words[0] ?? "") ?? [];
    if (enhanced === undefined) return { code, lines: words };
    return { code, enhanced, lines: words.map((it) => withoutCode(it, enhanced)) };
  }
}

const withoutCode = (line: string, enhanced: string): string =>
  line === enhanced || line.startsWith(`${enhanced} `) ? line.slice(enhanced.length + 1) : line;

/** Words of a stranger, for logs and notices: UTF-8 where it is, and nothing that moves a cursor or ends a line. */
const textOf = (bytes: string): string =>
  Buffer.from(bytes, "latin1")
    .toString("utf8")
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ")
    .trimEnd();

const noReply = (because: string, said: string): NoReply => ({ is: "no-reply", because, said: said.slice(0, 512) });
