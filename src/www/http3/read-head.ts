// The head of a request of HTTP/3, as the runtime hands it out, read by the rules of HTTP/2, as they are the same. Pure. RFC 9114 §4.2,
// §4.3.1 done.
import type { HeadLimits } from "../../proto/http/head/parse-head.ts";
import { fieldNameOf } from "../../proto/http2/request/field-name.ts";
import { HeaderField } from "../../proto/http2/request/header-field.ts";
import { StreamRequest } from "../../proto/http2/request/stream-request.ts";

/** By names in lower case; several values where a field was said several times. One character per byte. */
export type Said = Readonly<Record<string, string | readonly string[] | undefined>>;

export function readHead(said: Said, limits: HeadLimits): StreamRequest {
  const all = Object.entries(said).flatMap(([name, values]) =>
    [values ?? []].flat().map((it) => new HeaderField(fieldNameOf(name), it)),
  );
  const headBytes = all.reduce((sum, it) => sum + it.lineBytes, 0);
  const request = new StreamRequest(limits, headBytes, "HTTP/3.0");
  // In which order they came is not told; the runtime has seen to it that these came first.
  for (const it of all) if (isPseudo(it)) request.take(it);
  for (const it of all) if (!isPseudo(it)) request.take(it);
  // Whether a body comes only its end will tell.
  request.complete(true);
  return request;
}

const isPseudo = ({ name }: HeaderField): boolean => name.text.startsWith(":");
