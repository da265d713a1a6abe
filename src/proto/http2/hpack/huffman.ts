// Reads and writes texts in the code of Huffman, RFC 7541 §5.2 done. It is read by half bytes, through a table of what each means
// at each place of the tree.
import { END_OF_STRING, huffmanCodes } from "./huffman-code.ts";

/** A place in the tree for each beginning of a code, and one from where there is no way. */
const ROOT = 0;
const NOWHERE = 511;
/** An entry is the next place, a byte that is complete, and whether there is one. */
const PLACE_BITS = 9;
const PLACE = (1 << PLACE_BITS) - 1;
const COMPLETE = 1 << 17;
const HALF = 16;
/** What fills the last byte is less than a byte of ones. */
const FILL_BITS_MAX = 7;

interface Branch {
  readonly place: number;
  readonly ways: [Branch | number, Branch | number];
}

const { steps, ends } = compile();

/** Where the text ends in `out`, which has room for it; -1 where this is none. */
export function readHuffman(bytes: Buffer, from: number, end: number, out: Buffer): number {
  let place = ROOT;
  let length = 0;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const first = steps[place * HALF + (byte >> 4)] ?? 0;
    if ((first & COMPLETE) !== 0) out[length++] = first >> PLACE_BITS;
    const second = steps[(first & PLACE) * HALF + (byte & 15)] ?? 0;
    if ((second & COMPLETE) !== 0) out[length++] = second >> PLACE_BITS;
    place = second & PLACE;
  }
  return ends[place] === 1 ? length : -1;
}

/** No text of so many coded bytes is longer: the shortest code has five bits. */
export const decodedBytesMax = (codedBytes: number): number => Math.floor((codedBytes * 8) / 5);

const codeOf = new Uint32Array(END_OF_STRING + 1);
const bitsOf = new Uint8Array(END_OF_STRING + 1);
for (const { symbol, code, bits } of huffmanCodes) {
  codeOf[symbol] = code;
  bitsOf[symbol] = bits;
}

/** How many bytes a text takes, of one character per byte. */
export function huffmanBytes(text: string): number {
  let bits = 0;
  for (let index = 0; index < text.length; index++) bits += bitsOf[text.charCodeAt(index)] ?? 0;
  return (bits + 7) >> 3;
}

/** Where it ends. */
export function writeHuffman(text: string, out: Buffer, from: number): number {
  let at = from;
  let held = 0;
  let heldBits = 0;
  for (let index = 0; index < text.length; index++) {
    const symbol = text.charCodeAt(index);
    // At most 7 bits wait and 30 come: more than 32 are taken in two parts.
    let bits = bitsOf[symbol] ?? 0;
    const code = codeOf[symbol] ?? 0;
    while (bits > 0) {
      const taken = Math.min(bits, 8 - heldBits);
      bits -= taken;
      held = (held << taken) | ((code >>> bits) & ((1 << taken) - 1));
      heldBits += taken;
      if (heldBits < 8) continue;
      out[at++] = held;
      held = 0;
      heldBits = 0;
    }
  }
  if (heldBits > 0) out[at++] = ((held << (8 - heldBits)) | (0xff >> heldBits)) & 0xff;
  return at;
}

function compile(): { readonly steps: Uint32Array; readonly ends: Uint8Array } {
  const branches: Branch[] = [];
  const root = branch();
  for (const { symbol, code, bits } of huffmanCodes) {
    let here = root;
    for (let bit = bits - 1; bit > 0; bit--) here = wayOn(here, (code >>> bit) & 1);
    here.ways[(code & 1) as 0 | 1] = symbol;
  }
  const steps = new Uint32Array((PLACE + 1) * HALF).fill(NOWHERE);
  for (const it of branches) for (let half = 0; half < HALF; half++) steps[it.place * HALF + half] = stepFrom(it, half);
  const ends = new Uint8Array(PLACE + 1);
  let fill: Branch | number = root;
  for (let bits = 0; bits <= FILL_BITS_MAX && typeof fill !== "number"; bits++) {
    ends[fill.place] = 1;
    fill = fill.ways[1];
  }
  return { steps, ends };

  function branch(): Branch {
    const made: Branch = { place: branches.length, ways: [NOWHERE, NOWHERE] };
    branches.push(made);
    return made;
  }

  function wayOn(from: Branch, bit: number): Branch {
    const way = from.ways[bit as 0 | 1];
    if (typeof way !== "number") return way;
    const made = branch();
    from.ways[bit as 0 | 1] = made;
    return made;
  }

  function stepFrom(from: Branch, half: number): number {
    let here = from;
    let complete = 0;
    for (let bit = 3; bit >= 0; bit--) {
      const way = here.ways[((half >> bit) & 1) as 0 | 1];
      if (typeof way !== "number") here = way;
      else if (way >= END_OF_STRING) return NOWHERE;
      else {
        complete = COMPLETE | (way << PLACE_BITS);
        here = root;
      }
    }
    return here.place | complete;
  }
}
