// A password for a device: long enough never to be guessed, and without letters that look like others.

const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const GROUP_LENGTH = 5;
/** Bytes from here on would make some letters likelier than others. */
const FAIR_BELOW = 256 - (256 % LETTERS.length);

/** About 99 bits, such as `k7mqd-x3wt8-...`. */
export function generatePassword(randomBytes: (count: number) => Uint8Array): string {
  let letters = "";
  while (letters.length < GROUPS * GROUP_LENGTH)
    for (const byte of randomBytes(GROUPS * GROUP_LENGTH))
      if (byte < FAIR_BELOW) letters += LETTERS[byte % LETTERS.length];
  return Array.from({ length: GROUPS }, (_, at) => letters.slice(at * GROUP_LENGTH, (at + 1) * GROUP_LENGTH)).join("-");
}
