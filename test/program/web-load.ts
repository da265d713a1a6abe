// Clients that ask a web site without a pause, in every way in which clients ask: on new connections and on kept ones, one
// at a time and in a row, in clear and under TLS, and with bodies that nobody takes. Each request has a number, which its
// line in the access log holds, so that afterwards each can be accounted for. Only for tests.
import type { ReadLine } from "../../src/net/access-log/read-log.ts";
import { eventually } from "./eventually.ts";
import { Peer } from "./peer.ts";

/** How a client asks: so many requests in a row, on one connection or each time on another. */
interface Way {
  readonly inRow: number;
  readonly keeps: boolean;
  /** Of this many bytes, which the site refuses; 0 for none. */
  readonly bodyBytes: number;
}

const ways = {
  fresh: { inRow: 1, keeps: false, bodyBytes: 0 },
  kept: { inRow: 1, keeps: true, bodyBytes: 0 },
  pipelined: { inRow: 8, keeps: true, bodyBytes: 0 },
  refused: { inRow: 1, keeps: true, bodyBytes: 3000 },
  /** More than is let pass, so that the connection ends behind the answer. */
  refusedLarge: { inRow: 1, keeps: true, bodyBytes: 300_000 },
} as const satisfies Record<string, Way>;

export interface Target {
  readonly port: number;
  readonly securePort: number;
  readonly servername: string;
  /** Pages that are asked for in turn. */
  readonly paths: readonly string[];
  /** Whether that is a right answer to a GET. */
  isRight(path: string, body: string): boolean;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly isLast: boolean;
}

const GET_STATUS = 200;
/** No module takes a body. */
const POST_STATUS = 405;

export class WebLoad {
  /** The numbers of the requests that were answered, whole and rightly. */
  readonly answered = new Set<number>();
  /** Of those the server closed in order before it answered, as RFC 9112 §9.3.1 lets it: they were asked anew. */
  readonly dismissed = new Set<number>();
  /** What a person would have noticed. */
  readonly flaws: string[] = [];
  private readonly target: Target;
  private readonly counts = new Map<string, number>();
  private readonly loops: readonly Promise<void>[];
  private asked = 0;
  private going = true;
  private mayEnd = false;

  constructor(target: Target) {
    this.target = target;
    this.loops = Object.entries(ways).flatMap(([name, way]) =>
      [false, true].map((secure) => this.client(`${name}${secure ? " under TLS" : ""}`, way, secure)),
    );
  }

  /** Resolves when each of the clients has had so many more answers. */
  async more(answers: number): Promise<void> {
    const wanted = new Map([...this.counts].map(([name, count]) => [name, count + answers]));
    const isEnough = () => [...wanted].every(([name, count]) => (this.counts.get(name) ?? 0) >= count);
    await eventually(
      () => JSON.stringify([...this.counts]),
      () => this.flaws.length > 0 || isEnough(),
    );
  }

  /** From now on the server may be gone: whoever finds nobody any more ends. */
  expectEnd(): void {
    this.mayEnd = true;
  }

  async end(): Promise<void> {
    this.going = false;
    await this.over();
  }

  /** Resolves when all clients have ended. */
  async over(): Promise<void> {
    await Promise.all(this.loops);
  }

  /** What does not agree with the lines that the server wrote meanwhile. */
  disagreements(lines: readonly ReadLine[]): readonly string[] {
    const logged = new Map<number, number>();
    for (const { fields } of lines) {
      const number = Number(fields["cs(User-Agent)"]);
      logged.set(number, (logged.get(number) ?? 0) + 1);
    }
    const wrong = [...this.answered].filter((it) => logged.get(it) !== 1).map((it) => `${it}: ${logged.get(it)} lines`);
    const strange = [...logged.keys()].filter((it) => !this.answered.has(it)).map((it) => `${it} was not answered`);
    return [...wrong, ...strange];
  }

  private async client(name: string, way: Way, secure: boolean): Promise<void> {
    this.counts.set(name, 0);
    while (this.going) {
      let at = "connect";
      try {
        using peer = secure ? await this.openSecure() : await Peer.open(this.target.port);
        at = "the first answer";
        let isNew = true;
        while (this.going && (await this.round(peer, name, way, isNew))) {
          at = "an answer";
          isNew = false;
        }
      } catch (error) {
        if (this.mayEnd && at === "connect" && (error as NodeJS.ErrnoException).code === "ECONNREFUSED") return;
        this.flaws.push(`${name}, ${at}: ${error}`);
        return;
      }
    }
  }

  private openSecure(): Promise<Peer> {
    const { securePort, servername } = this.target;
    return Peer.openSecure(securePort, { servername });
  }

  /** Asks once, or several times in a row; whether the connection goes on. */
  private async round(peer: Peer, name: string, way: Way, isNew: boolean): Promise<boolean> {
    const { inRow, keeps, bodyBytes } = way;
    const { paths } = this.target;
    const requests = Array.from({ length: inRow }, () => {
      const number = this.asked++;
      return { number, path: paths[number % paths.length] ?? "/" };
    });
    peer.say(requests.map(({ number, path }) => this.text(number, path, bodyBytes)).join(""));
    for (const [index, { number, path }] of requests.entries()) {
      const answer = await this.hear(peer);
      if (answer === undefined) {
        if (isNew && index === 0) this.flaws.push(`${name}: a new connection got no answer`);
        for (const it of requests.slice(index)) this.dismissed.add(it.number);
        return false;
      }
      this.judge(answer, name, number, path, bodyBytes);
      if (!answer.isLast) continue;
      for (const it of requests.slice(index + 1)) this.dismissed.add(it.number);
      return false;
    }
    return keeps;
  }

  private text(number: number, path: string, bodyBytes: number): string {
    const begin = bodyBytes === 0 ? "GET" : "POST";
    const body = bodyBytes === 0 ? "\r\n" : `Content-Length: ${bodyBytes}\r\n\r\n${"b".repeat(bodyBytes)}`;
    return `${begin} ${path} HTTP/1.1\r\nHost: ${this.target.servername}\r\nUser-Agent: ${number}\r\n${body}`;
  }

  /** Undefined where the connection ended in order, without a byte of it. */
  private async hear(peer: Peer): Promise<Answer | undefined> {
    try {
      const head = await peer.hear("\r\n\r\n");
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
      const length = Number(/\r\nContent-Length: (\d+)\r\n/.exec(head)?.[1]);
      const body = await peer.hearMuch(length);
      return { status, body, isLast: head.includes("\r\nConnection: close\r\n") };
    } catch (error) {
      if (peer.ending === "closed" && peer.heard === "") return undefined;
      throw error;
    }
  }

  private judge({ status, body }: Answer, name: string, number: number, path: string, bodyBytes: number): void {
    const isRight = bodyBytes > 0 ? status === POST_STATUS : status === GET_STATUS && this.target.isRight(path, body);
    if (!isRight) this.flaws.push(`${name}: ${path} was answered with ${status} ${body.slice(0, 80)}`);
    if (this.answered.has(number)) this.flaws.push(`${name}: ${number} was answered twice`);
    this.answered.add(number);
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}
