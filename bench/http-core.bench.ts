// The core of HTTP/1 alone, without a socket: how many heads are read, and how many requests are answered, in a second. A
// server reaches less, as the kernel takes its part; what is lost here is lost there too.
import { DateStamp } from "../src/proto/http/answer/date-stamp.ts";
import { Outbox } from "../src/proto/http/answer/outbox.ts";
import { ReadyAnswer } from "../src/proto/http/answer/ready-answer.ts";
import { refusalAnswer } from "../src/proto/http/answer/refusal-answer.ts";
import type { Door, HttpService } from "../src/proto/http/connection/door.ts";
import { HttpConnection } from "../src/proto/http/connection/http-connection.ts";
import { usualConnectionLimits } from "../src/proto/http/connection/usual-limits.ts";
import { parseHead, usualHeadLimits } from "../src/proto/http/head/parse-head.ts";
import type { Request } from "../src/proto/http/request.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

export const benches: readonly Bench[] = [
  {
    name: "http-core",
    measures:
      "Requests in a second on one core, best of several rounds: their heads read; read and answered by a connection with 1 KB " +
      "that lies ready, one to a chunk and 16 to a chunk, the host and one header looked up as a site does. Bars: 1,000 and " +
      "400 thousand heads.",
    run: async () =>
      Object.entries(heads).flatMap(([name, head]) => [
        read(name, head),
        answer(name, head, 1),
        answer(name, head, 16),
      ]),
  },
];

const lines = (...all: readonly string[]): Buffer => Buffer.from([...all, "", ""].join("\r\n"));

const heads: Readonly<Record<string, Buffer>> = {
  curl: lines("GET /docs/index.html HTTP/1.1", "Host: www.example.com", "User-Agent: curl/7.88.1", "Accept: */*"),
  Chromium: lines(
    "GET /assets/site/logo.png?v=3 HTTP/1.1",
    "Host: www.example.com",
    "Connection: keep-alive",
    'sec-ch-ua: "Chromium";v="138", "Not=A?Brand";v="8"',
    "sec-ch-ua-mobile: ?0",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
    'sec-ch-ua-platform: "Linux"',
    "Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "Sec-Fetch-Site: same-origin",
    "Sec-Fetch-Mode: no-cors",
    "Sec-Fetch-Dest: image",
    "Referer: http://www.example.com/docs/index.html",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Accept-Language: en-US,en;q=0.9",
    "Cookie: session=5f2c9e1ab07d4c36; theme=dark; seen=1",
    'If-None-Match: "1dbf3a9c07e2a00:0"',
  ),
};

const REQUESTS = 200_000;
const ROUNDS = 10;

function read(client: string, head: Buffer): Row {
  const seconds = best(() => {
    for (let count = 0; count < REQUESTS; count++) parseHead(head, 0, usualHeadLimits);
  });
  return row(client, head, "read", seconds);
}

function answer(client: string, head: Buffer, abreast: number): Row {
  const shared = { outbox: new Outbox(), date: new DateStamp(0), limits: usualConnectionLimits };
  const connection = new HttpConnection(new Site(shared.date), shared, deafDoor);
  const chunk = Buffer.concat(Array.from({ length: abreast }, () => head));
  const seconds = best(() => {
    for (let count = 0; count < REQUESTS; count += abreast) connection.heard(chunk);
  });
  return row(client, head, `read and answered, ${abreast} to a chunk`, seconds);
}

const row = (client: string, head: Buffer, what: string, seconds: number): Row => ({
  client,
  "bytes of a head": head.length,
  requests: what,
  "thousand a second": REQUESTS / seconds / 1000,
});

function best(run: () => void): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const begun = performance.now();
    run();
    return (performance.now() - begun) / 1000;
  });
  return Math.min(...rounds);
}

/** Finds the answer by host and target, and looks whether the client has it already. */
class Site implements HttpService {
  bytes = 0;
  private readonly page: ReadyAnswer;
  private readonly pages = new Map<string, Map<string, ReadyAnswer>>();

  constructor(date: DateStamp) {
    const fields = [
      ["Content-Type", "text/html"],
      ["ETag", '"1dbf3a9c07e2a01:0"'],
    ] as const;
    this.page = new ReadyAnswer({ status: 200, substatus: 0, fields, body: Buffer.alloc(1024, "x") }, date);
    this.pages.set("www.example.com", new Map([["/docs/index.html", this.page]]));
  }

  answer(request: Request): ReadyAnswer {
    const page = this.pages.get(request.host)?.get(request.target) ?? this.page;
    return request.header("if-none-match") === '"1dbf3a9c07e2a01:0"' ? this.page : page;
  }

  refuse = refusalAnswer;

  answered(_request: Request, _answer: unknown, bytes: number): void {
    this.bytes += bytes;
  }

  unanswered(): void {}
}

const deafDoor: Door = {
  write: () => true,
  read: () => {},
  end: () => {},
  cut: () => {},
  handOver: () => {},
};
