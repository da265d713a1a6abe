// Reads from the process's standard input: all of it, or a line that a person types, without showing it where it is a
// secret. It keeps nothing of what was typed longer than needed.
import type { ReadStream } from "node:tty";
import { takeKeys } from "./typing.ts";
import type { Keyboard, Screen } from "./world.ts";

export class ProcessKeyboard implements Keyboard {
  private readonly stream: ReadStream;
  private readonly screen: Pick<Screen, "write">;
  /** Typed or pasted beyond the line that was asked for. */
  private ahead = "";

  /** Questions go to `screen`, which is not where the answer of the command goes. */
  constructor(stream: ReadStream, screen: Pick<Screen, "write">) {
    this.stream = stream;
    this.screen = screen;
  }

  get isTerminal(): boolean {
    return this.stream.isTTY === true;
  }

  async readAll(bytesMax: number): Promise<string | undefined> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.stream) {
      const bytes = Buffer.from(chunk as Uint8Array);
      length += bytes.length;
      if (length > bytesMax) return undefined;
      chunks.push(bytes);
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  async ask(question: string, { shown }: { readonly shown: boolean }): Promise<string | undefined> {
    const { stream, screen } = this;
    stream.setRawMode(true); // before the question: whoever is quick must not see the answer either
    stream.setEncoding("utf8");
    try {
      screen.write(question);
      let typing = takeKeys({ text: "", rest: "" }, this.ahead);
      while (typing.end === undefined) {
        const keys = await this.nextKeys();
        if (keys === undefined) typing = { ...typing, end: "given-up" };
        else {
          const before = typing.text;
          typing = takeKeys(typing, keys);
          if (shown) screen.write(echoOf(before, typing.text));
        }
      }
      this.ahead = typing.rest;
      screen.write("\n");
      return typing.end === "entered" ? typing.text : undefined;
    } finally {
      stream.setRawMode(false);
      stream.pause();
    }
  }

  private nextKeys(): Promise<string | undefined> {
    const { stream } = this;
    return new Promise((resolve) => {
      const done = (keys: string | undefined): void => {
        stream.removeListener("data", onData).removeListener("end", onEnd).removeListener("error", onEnd);
        stream.pause();
        resolve(keys);
      };
      const onData = (keys: string): void => done(keys);
      const onEnd = (): void => done(undefined);
      stream.on("data", onData).on("end", onEnd).on("error", onEnd);
      stream.resume();
    });
  }
}

/** What makes the screen show `after` where it showed `before`. */
function echoOf(before: string, after: string): string {
  if (after.startsWith(before)) return after.slice(before.length);
  const back = Bun.stringWidth(before);
  return `${"\b \b".repeat(back)}${after}`;
}
