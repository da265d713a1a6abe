// Clients that ask a web server without a pause, on connections that they keep and on new ones, and take note of all
// that a person would have noticed. Only for tests.
import { connect, type Socket } from "node:net";
import { eventually } from "./eventually.ts";

const REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** What became of a request. "closed": the server closed in order before it answered a byte. */
type Outcome = "answered" | "last answer" | "closed" | { readonly flaw: string };

export class Traffic {
  /** Requests answered in full, on connections that were new and on such that were kept. */
  fresh = 0;
  kept = 0;
  /** The longest time in which no request was answered. */
  longestGapMs = 0;
  private lastMs = performance.now();
  /** Connections that were refused or reset, answers that were cut short, new connections that got none. */
  readonly flaws: string[] = [];
  private readonly port: number;
  private readonly loops: readonly Promise<void>[];
  private ending = false;

  constructor(port: number, clients: number) {
    this.port = port;
    this.loops = Array.from({ length: clients }, (_, index) => this.client(index % 2 === 0));
  }

  /** Resolves when so many more requests were answered in each of the two ways. */
  async more(answers: number): Promise<void> {
    const { fresh, kept } = this;
    const enough = () => this.flaws.length > 0 || (this.fresh >= fresh + answers && this.kept >= kept + answers);
    await eventually(() => `answers: ${this.fresh} and ${this.kept}`, enough);
  }

  async end(): Promise<void> {
    this.ending = true;
    await Promise.all(this.loops);
  }

  private async client(keeps: boolean): Promise<void> {
    while (!this.ending) {
      const socket = connect({ port: this.port, host: "127.0.0.1" });
      socket.on("error", () => {});
      let outcome = await this.ask(socket);
      // A kept one may be closed so: RFC 9112 §9.3.1.
      if (outcome === "closed") outcome = { flaw: "a new connection got no answer" };
      else if (typeof outcome === "string") this.fresh++;
      while (keeps && outcome === "answered" && !this.ending) {
        outcome = await this.ask(socket);
        if (typeof outcome === "string" && outcome !== "closed") this.kept++;
      }
      socket.destroy();
      if (typeof outcome === "object") this.flaws.push(outcome.flaw);
    }
  }

  private async ask(socket: Socket): Promise<Outcome> {
    const outcome = await ask(socket);
    const now = performance.now();
    if (outcome === "answered" || outcome === "last answer") {
      this.longestGapMs = Math.max(this.longestGapMs, now - this.lastMs);
      this.lastMs = now;
    }
    return outcome;
  }
}

/** One request, and its answer to the last byte. */
function ask(socket: Socket): Promise<Outcome> {
  return new Promise((resolve) => {
    let text = "";
    const settle = (outcome: Outcome) => {
      socket.off("data", data).off("end", end).off("close", end).off("error", error);
      resolve(outcome);
    };
    const data = (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const [, head, body = ""] = /^(HTTP\/1\.1 200 .*?\r\n\r\n)(.*)$/s.exec(text) ?? [];
      const length = /\r\nContent-Length: (\d+)\r\n/.exec(head ?? "")?.[1];
      if (length === undefined || body.length < Number(length)) return;
      if (body.length > Number(length)) settle({ flaw: `more than an answer: ${text}` });
      else settle(head?.includes("\r\nConnection: close\r\n") ? "last answer" : "answered");
    };
    const end = () => settle(text === "" ? "closed" : { flaw: `cut short: ${text}` });
    const error = (it: NodeJS.ErrnoException) => settle({ flaw: it.code ?? it.message });
    socket.on("data", data).on("end", end).on("close", end).on("error", error);
    socket.write(REQUEST);
  });
}
