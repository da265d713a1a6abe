// Answers with some of a form, or with all of it out of a file. Pure but for the boundary, which chance makes. RFC 9110 §15.3.7 done.
import { randomUUID } from "node:crypto";
import { nothing } from "../../base/block-reader.ts";
import type { Answer, BodySource } from "../../proto/http/answer/answer.ts";
import { type ByteRange, contentRange } from "../../proto/http/content/byte-ranges.ts";
import { multipartRanges } from "../../proto/http/content/multipart-ranges.ts";
import { bytesOf, type Section } from "./file/file-source.ts";
import type { Representation } from "./representation.ts";

/** What is sent of it and in which words; the bytes come from elsewhere. */
export interface Outline {
  readonly answer: Omit<Answer, "body">;
  readonly sections: readonly Section[];
}

export const wholeOutline = ({ type, size, fields }: Representation): Outline => ({
  answer: { status: 200, substatus: 0, fields: [["Content-Type", type], ...fields] },
  sections: size === 0 ? [] : [{ first: 0, last: size - 1 }],
});

export function rangesOutline({ type, size, fields }: Representation, ranges: readonly ByteRange[]): Outline {
  const [range] = ranges;
  if (range === undefined) throw new Error("no range to answer with");
  if (ranges.length === 1) {
    const own = [["Content-Type", type] as const, ["Content-Range", contentRange(range, size)] as const];
    return { answer: { status: 206, substatus: 0, fields: [...own, ...fields] }, sections: ranges };
  }
  const parts = multipartRanges(ranges, { type, size, boundary: randomUUID().replaceAll("-", "") });
  const sections = parts.parts.flatMap((it): Section[] => [Buffer.from(it.head, "latin1"), it.range]);
  return {
    answer: { status: 206, substatus: 0, fields: [["Content-Type", parts.type], ...fields] },
    sections: [...sections, Buffer.from(parts.end, "latin1")],
  };
}

/** Out of memory, in which all of the form lies. */
export function fromBytes({ answer, sections }: Outline, bytes: Buffer): Answer {
  const [first = nothing, ...more] = sections.map((it) =>
    Buffer.isBuffer(it) ? it : bytes.subarray(it.first, it.last + 1),
  );
  return { ...answer, body: more.length === 0 ? first : Buffer.concat([first, ...more]) };
}

/** To HEAD: nothing is opened for a body that nobody is sent. */
export const unsent = ({ answer, sections }: Outline): Answer => ({ ...answer, body: new UnsentBody(sections) });

class UnsentBody implements BodySource {
  readonly length: number;

  constructor(sections: readonly Section[]) {
    this.length = bytesOf(sections);
  }

  next(): "broken" {
    return "broken";
  }

  close(): void {}
}
