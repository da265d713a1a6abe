// A client of HTTP/2 that says frames over one connection and waits for lines of what it hears. Only for tests.
import type { Dialogue } from "../../net/testing/dialogue.ts";
import { greeting, Listener } from "../../proto/http2/testing/frames.ts";

export class StreamClient {
  private readonly dialogue: Dialogue;
  private readonly listener = new Listener();
  /** What was heard, and nobody has waited for. */
  readonly lines: string[] = [];
  private wake = (): void => {};

  constructor(dialogue: Dialogue) {
    this.dialogue = dialogue;
    dialogue.socket.on("data", (chunk: Buffer) => {
      this.lines.push(...this.listener.hear(chunk));
      this.wake();
    });
    void dialogue.ended.then(() => this.wake());
  }

  get ended(): Dialogue["ended"] {
    return this.dialogue.ended;
  }

  say(...frames: readonly Buffer[]): void {
    this.dialogue.socket.write(Buffer.concat(frames));
  }

  /** The greetings of both. */
  async greet(): Promise<void> {
    this.say(greeting);
    await this.hear("settings ack");
  }

  /** The first line that begins so, which is then forgotten; frames of other streams may stand before it. */
  async hear(begins: string): Promise<string> {
    for (;;) {
      const at = this.lines.findIndex((it) => it.startsWith(begins));
      if (at >= 0) return this.lines.splice(at, 1).join("");
      if (this.dialogue.socket.closed) throw new Error(`closed after ${this.lines.join(", ")}, without ${begins}`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}
