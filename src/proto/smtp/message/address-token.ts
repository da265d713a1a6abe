// The words that header fields with addresses are made of (RFC 5322 §3.2): atoms, quoted strings, comments, domain
// literals, specials. It takes what people wrote, also against the grammar, and never fails.

export type Token =
  /** Plain or quoted text that can be part of a name or an address. `spaced` when something white stands before it. */
  | { readonly kind: "atom" | "quoted" | "literal"; readonly text: string; readonly spaced: boolean }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "special"; readonly text: string };

export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let spaced = false;
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at);
    if (/\s/.test(character)) {
      spaced = true;
      at++;
      continue;
    }
    const { token, end } = tokenAt(text, at, character, spaced);
    tokens.push(token);
    spaced = token.kind === "comment"; // stands for a space, RFC 5322 §3.2.2 done
    at = end;
  }
  return tokens;
}

interface Read {
  readonly token: Token;
  readonly end: number;
}

function tokenAt(text: string, at: number, character: string, spaced: boolean): Read {
  if (character === "(") return comment(text, at);
  if (character === '"') return enclosed(text, at, '"', (inner) => ({ kind: "quoted", text: inner, spaced }));
  if (character === "[") return enclosed(text, at, "]", (inner) => ({ kind: "literal", text: inner, spaced }));
  if (specials.has(character)) return { token: { kind: "special", text: character }, end: at + 1 };
  let end = at + 1;
  while (end < text.length && !/[\s("[]/.test(text.charAt(end)) && !specials.has(text.charAt(end))) end++;
  return { token: { kind: "atom", text: text.slice(at, end), spaced }, end };
}

const specials = new Set("<>,;:@.");

/** What the closing character lacks goes on to the end. */
function enclosed(text: string, at: number, closing: string, make: (inner: string) => Token): Read {
  let inner = "";
  for (let end = at + 1; end < text.length; end++) {
    const character = text.charAt(end);
    if (character === closing) return { token: make(inner), end: end + 1 };
    inner += character === "\\" && end + 1 < text.length ? text.charAt(++end) : character;
  }
  return { token: make(inner), end: text.length };
}

/** Comments hold comments; they are counted and not descended into, so that no depth costs anything. */
function comment(text: string, at: number): Read {
  let inner = "";
  let depth = 1;
  for (let end = at + 1; end < text.length; end++) {
    const character = text.charAt(end);
    if (character === ")" && --depth === 0) return { token: { kind: "comment", text: inner }, end: end + 1 };
    if (character === "(") depth++;
    inner += character === "\\" && end + 1 < text.length ? text.charAt(++end) : character;
  }
  return { token: { kind: "comment", text: inner }, end: text.length };
}
