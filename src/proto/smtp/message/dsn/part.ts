// One part of a notice: what it is, and its bytes. The parts are made by who knows what stands in them, and put together
// in write-report.ts.

export interface Part {
  readonly type: string;
  /** Further fields of it, as lines. */
  readonly fields: readonly string[];
  /** Ends with a line end. */
  readonly body: Buffer;
  readonly isEightBit: boolean;
}

/** A part in the letters that it has; RFC 2045 §6.1 wants those named that are not ASCII. */
export const partOf = (type: string, body: Buffer, isEightBit = hasEightBit(body)): Part => ({
  type,
  fields: isEightBit ? ["Content-Transfer-Encoding: 8bit"] : [],
  body,
  isEightBit,
});

const hasEightBit = (bytes: Buffer): boolean => bytes.some((byte) => byte > 0x7f);
