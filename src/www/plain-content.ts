// The files of a directory as they are: read whole, for GET and HEAD alike. It knows no validators and no ranges.
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Answer } from "../proto/http/answer/answer.ts";
import { refusalAnswer } from "../proto/http/answer/refusal-answer.ts";
import type { Request } from "../proto/http/request.ts";
import type { Place } from "./directories/directory.ts";

const types: Readonly<Record<string, string>> = {
  ".htm": "text/html",
  ".html": "text/html",
  ".css": "text/css",
  ".js": "application/javascript",
  ".txt": "text/plain",
};

const notFound = refusalAnswer({ status: 404, substatus: 0, because: "There is no such file", close: false });

export const plainContent = {
  async answer(_request: Request, { directory, below, isFolder }: Place): Promise<Answer> {
    const path = join(directory.folder, ...below, isFolder ? "default.htm" : "");
    const type = types[extname(path)];
    const body = await readFile(path).catch(() => undefined);
    if (body === undefined || type === undefined) return notFound;
    return { status: 200, substatus: 0, fields: [["Content-Type", type]], body };
  },
};
