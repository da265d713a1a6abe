// Requests and answers as they cross the wire, for tests that compare them.

export const head = (method: string, path: string, ...lines: readonly string[]): string =>
  [`${method} ${path} HTTP/1.1`, "Host: a", ...lines, "", ""].join("\r\n");

export const get = (path: string, ...lines: readonly string[]): string => head("GET", path, ...lines);

/** An answer with this body, without its date. */
export const said = (body: string, ...lines: readonly string[]): string =>
  ["HTTP/1.1 200 OK", `Content-Length: ${body.length}`, ...lines, "", body].join("\r\n");
