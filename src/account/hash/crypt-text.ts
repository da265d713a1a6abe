// The base64 of crypt(3): its own alphabet, the lowest six bits first, and bytes in an order that each algorithm
// chooses. Pure.

const ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Three bytes a group, four characters each; `order` names the bytes, a missing one in the last group as undefined. */
export function cryptText(bytes: Uint8Array, order: readonly (readonly (number | undefined)[])[]): string {
  let text = "";
  for (const group of order) {
    let value = group.reduce<number>((sum, index) => (sum << 8) | (index === undefined ? 0 : (bytes[index] ?? 0)), 0);
    const present = group.filter((it) => it !== undefined).length;
    for (let count = 0; count <= present; count++) {
      text += ALPHABET[value & 63];
      value >>>= 6;
    }
  }
  return text;
}
