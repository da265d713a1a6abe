// The charset that is said of text. Pure. RFC 9110 §8.3.2 partly: only where the type takes one and says none itself.

/** JSON is UTF-8 whatever is said, and XML says it inside. */
const takesCharset = (type: string): boolean => type.startsWith("text/") || type === "application/javascript";

export const withCharset = (type: string, charset: string): string =>
  charset === "" || type.includes(";") || !takesCharset(type) ? type : `${type}; charset=${charset}`;
