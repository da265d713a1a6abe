// Reads a Content-Type field (RFC 2045 §5.1). Pure, and lenient: what is no type at all is plain text, as §5.2 wants.

export interface ContentType {
  /** In small letters: "multipart/report". */
  readonly type: string;
  /** By their names in small letters. */
  readonly parameters: ReadonlyMap<string, string>;
}

const parameter = /;\s*([^\s=;"]{1,64})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/gs;
const PARAMETERS_MAX = 50;

/** RFC 2045 §5.1 partly: parameters in pieces or another character set (RFC 2231) are left as they stand. */
export function readContentType(text: string | undefined): ContentType {
  const [, type = "text/plain"] = /^\s*([^\s;/]{1,127}\/[^\s;/]{1,127})\s*(?:;|\(|$)/.exec(text ?? "") ?? [];
  const parameters = new Map<string, string>();
  for (const [, name = "", quoted, plain = ""] of (text ?? "").matchAll(parameter)) {
    if (parameters.size === PARAMETERS_MAX) break;
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(.)/gs, "$1") ?? plain);
  }
  return { type: type.toLowerCase(), parameters };
}
