// A port that is free and stays so for a while, for what several sites share or for what has to be known beforehand: with
// port 0 each binding has another one. Only for tests.
import { createServer } from "node:net";

/** Below those that the system gives out for port 0 and to clients, so that only chance can take it in between. */
const [FIRST, LAST] = [20_000, 32_000];

export async function freePort(host = "127.0.0.1"): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port, host)) return port;
  }
}

export function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
