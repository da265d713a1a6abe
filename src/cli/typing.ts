// A line as it is typed on a raw terminal: keys come in, the text so far goes out. Pure.

export interface Typing {
  readonly text: string;
  /** Behind the end of the line: typed or pasted ahead. */
  readonly rest: string;
  readonly end?: "entered" | "given-up";
}

/** No secret that a person types is longer; more is ignored. */
const LENGTH_MAX = 64 * 1024;

export function takeKeys(typing: Typing, keys: string): Typing {
  let text = [...typing.text];
  // Keys that move a cursor send more than one character; there is no cursor here.
  const plain = keys.replaceAll(/\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O.|.)?/g, "");
  const characters = [...plain];
  for (const [at, character] of characters.entries()) {
    const rest = characters.slice(at + 1).join("");
    if (character === "\r" || character === "\n") return { text: text.join(""), rest, end: "entered" };
    if (character === "\u0003") return { text: "", rest: "", end: "given-up" };
    if (character === "\u0004") {
      if (text.length === 0) return { text: "", rest: "", end: "given-up" };
    } else if (character === "\u007f" || character === "\b") text.pop();
    else if (character === "\u0015") text = [];
    else if (character >= " " && text.length < LENGTH_MAX) text.push(character);
  }
  return { text: text.join(""), rest: "" };
}
