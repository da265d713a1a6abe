// A client for tests: says and hears text over one connection, and waits for what must come. Only for 127.0.0.1.
import { connect, type Socket } from "node:net";

export interface Dialogue {
  readonly socket: Socket;
  /** All that was heard and not yet waited for. */
  heard(): string;
  say(text: string): void;
  /** Waits until the peer has said this; the answer is all up to its end, which is then forgotten. */
  hear(text: string): Promise<string>;
  /** How the connection ended. */
  readonly ended: Promise<"closed" | "reset">;
}

export async function openDialogue(port: number, host = "127.0.0.1"): Promise<Dialogue> {
  const socket = connect({ port, host, allowHalfOpen: true });
  let heard = "";
  let wake = (): void => {};
  let failed = false;
  const ended = new Promise<"closed" | "reset">((resolve) => {
    socket.on("error", () => {
      failed = true;
    });
    socket.on("end", () => socket.end());
    socket.on("close", () => {
      resolve(failed ? "reset" : "closed");
      wake();
    });
  });
  socket.on("data", (chunk: Buffer) => {
    heard += chunk.toString("latin1");
    wake();
  });
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return {
    socket,
    ended,
    heard: () => heard,
    say: (text) => void socket.write(text, "latin1"),
    async hear(text) {
      for (let at = heard.indexOf(text); ; at = heard.indexOf(text)) {
        if (at >= 0) {
          const said = heard.slice(0, at + text.length);
          heard = heard.slice(said.length);
          return said;
        }
        if (socket.closed) throw new Error(`closed after ${JSON.stringify(heard)}, without ${JSON.stringify(text)}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
