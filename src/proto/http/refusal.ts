// Why the engine does not take a request: one row for each reason, with the status that is answered, the substatus that
// the log gets, and a sentence for both. Data only; how the answer looks is for the site to say.

export interface Refusal {
  readonly status: number;
  /** As IIS counts; 0 where it has none. */
  readonly substatus: number;
  /** For the operator, and for the client whose own bytes it is about. */
  readonly because: string;
  /** Where the next request begins is not known, or not worth finding out: the answer is the last one. */
  readonly close: boolean;
}

const ends = (status: number, because: string, substatus = 0): Refusal => ({ status, substatus, because, close: true });
const stays = (status: number, because: string, substatus = 0): Refusal => ({
  status,
  substatus,
  because,
  close: false,
});

export const refusals = {
  // Lines of the head, and of trailers.
  bareLf: ends(400, "A line ends with LF alone, and not with CRLF"),
  bareCr: ends(400, "A line holds a CR that no LF follows"),
  requestLine: ends(400, "The request line is not a method, a target and a version with one space between each"),
  target: ends(400, "The target holds a blank, a control character or a #"),
  targetForm: ends(400, "The target is neither a path nor an address of http, nor what its method asks for"),
  versionUnknown: ends(400, "The request line does not end with a version of HTTP"),
  versionUnsupported: ends(505, "The version is neither HTTP/1.0 nor HTTP/1.1"),
  requestLineTooLong: ends(414, "The request line is longer than the site takes"),
  foldedField: ends(400, "A header line begins with a blank, as if it went on with the line before"),
  blankBeforeColon: ends(400, "A blank stands between the name of a header and its colon"),
  noColon: ends(400, "A header line has no colon"),
  fieldName: ends(400, "The name of a header holds what no name may hold"),
  fieldValue: ends(400, "A header holds a control character"),
  fieldsTooLong: ends(431, "The headers are longer than the site takes"),
  fieldsTooMany: ends(431, "There are more headers than the site takes"),

  // What single fields say.
  hostMissing: ends(400, "A request of HTTP/1.1 names no host"),
  hostTwice: ends(400, "The request names its host twice"),
  host: ends(400, "The host is no name or address with an optional port"),
  contentLength: ends(400, "The Content-Length is not one number of digits alone", 7),
  contentLengthTwice: ends(400, "There is more than one Content-Length", 7),
  contentLengthTooLarge: ends(413, "The Content-Length is larger than any body can be", 1),
  lengthAndCoding: ends(400, "Content-Length and Transfer-Encoding tell the end of the body in two ways", 7),
  codingInOldVersion: ends(400, "Transfer-Encoding does not exist in HTTP/1.0"),
  codingMalformed: ends(400, "The Transfer-Encoding is no list of codings"),
  codingNotLast: ends(400, "The Transfer-Encoding does not end with chunked, said once"),
  codingUnknown: ends(501, "The Transfer-Encoding names a coding other than chunked"),
  expectation: ends(417, "The Expect header asks for something other than 100-continue"),
  connectBody: ends(400, "A CONNECT request has no body"),

  // Bodies.
  chunkSize: ends(400, "The size of a chunk is not hex digits alone", 6),
  chunkSizeTooLarge: ends(413, "A chunk is larger than any body can be", 1),
  chunkExtension: ends(400, "The extension of a chunk holds a control character", 6),
  chunkExtensionTooLong: ends(400, "The extensions of chunks are longer than the site takes", 6),
  chunkEnd: ends(400, "A chunk does not end where its size says", 6),
  chunkLine: ends(400, "The line of a chunk does not end with CRLF", 6),
  bodyTooLarge: ends(413, "The body is larger than is taken here", 1),
  bodyCutShort: ends(400, "The client stopped sending before the body was whole", 6),
  headLate: ends(408, "The request did not come in time"),
  bodyLate: ends(408, "The body of the request did not come in time"),

  // Paths.
  pathEscape: stays(400, "The path holds a % that two hex digits do not follow"),
  pathControl: stays(400, "The path holds a control character"),
  pathText: stays(400, "The path is no UTF-8"),
  pathSeparator: stays(400, "The path holds an encoded slash or a backslash"),
  pathAboveRoot: stays(400, "The path leads above the root of the site"),
  pathDoubleEscape: stays(404, "The path changes when it is decoded twice, or holds a +", 11),
  pathHighBit: stays(404, "The path holds characters beyond ASCII", 12),
  pathSegments: stays(404, "The path has more segments than the site takes", 20),
  pathStream: stays(404, "The path holds a colon, which names a stream of a file"),
  pathDevice: stays(404, "The path names a device of Windows"),
  pathTrailing: stays(404, "A segment of the path ends with a dot or a blank, which Windows would drop"),
  pathShortName: stays(404, "The path holds a short name, which stands for another file on Windows"),
  pathWildcard: stays(404, "The path holds a character that no file name of Windows may hold"),
} as const satisfies Readonly<Record<string, Refusal>>;
