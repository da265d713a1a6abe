// A crowd of clients in a process of its own, so that it shares no loop and no memory with whom it comes to. Each connects,
// asks at most one question, hears an answer, and is silent from then on. It ends with whoever gathered it.
import type { Socket } from "bun";

export interface CrowdOrder {
  readonly port: number;
  readonly count: number;
  /** So many are on their way at a time; all of them for a rush. */
  readonly abreast: number;
  readonly secure?: boolean;
  /** Said once connected; nothing where the server speaks first. */
  readonly question?: string;
}

export interface Gathering {
  readonly heard: number;
  /** Refused, reset, or without an answer to the end. */
  readonly lost: number;
  /** From the first that set out to the last that heard. */
  readonly seconds: number;
}

/** When nobody has heard anything for so long, those who are left never will. */
const PATIENCE_MS = 10_000;

export class Crowd implements AsyncDisposable {
  readonly gathering: Gathering;
  private readonly child: Bun.Subprocess;

  private constructor(child: Bun.Subprocess, gathering: Gathering) {
    this.child = child;
    this.gathering = gathering;
  }

  /** All have heard, or are lost, when the answer is there. */
  static gather(order: CrowdOrder): Promise<Crowd> {
    return new Promise((resolve, reject) => {
      const child: Bun.Subprocess = Bun.spawn([process.execPath, import.meta.filename, JSON.stringify(order)], {
        stdio: ["ignore", "inherit", "inherit"],
        ipc: (gathering: Gathering) => resolve(new Crowd(child, gathering)),
        onExit: (_, code) => reject(new Error(`the crowd went away with ${code}`)),
      });
    });
  }

  /** Ends all its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill();
    await this.child.exited;
  }
}

/** What has become of one client. */
interface Fate {
  settled: boolean;
}

async function gather({ port, count, abreast, secure = false, question = "" }: CrowdOrder): Promise<Gathering> {
  const { promise: over, resolve: allSettled } = Promise.withResolvers<void>();
  const begun = performance.now();
  let [left, heard, lost, lastMs] = [count, 0, 0, begun];
  const settle = (fate: Fate, well: boolean): void => {
    if (fate.settled) return;
    fate.settled = true;
    if (!well) lost++;
    else {
      heard++;
      lastMs = performance.now();
    }
    if (heard + lost === count) allSettled();
    else setOut();
  };
  const ask = (socket: Socket<Fate>): void => void (question !== "" && socket.write(question));
  const socket = {
    open: (it: Socket<Fate>) => void (secure || ask(it)),
    handshake: ask,
    data: (it: Socket<Fate>) => settle(it.data, true),
    close: (it: Socket<Fate>) => settle(it.data, false),
    error: (it: Socket<Fate>) => settle(it.data, false),
  };
  const tls = secure ? { tls: { rejectUnauthorized: false } } : {};
  const setOut = (): void => {
    if (left === 0) return;
    left--;
    const data: Fate = { settled: false };
    Bun.connect({ hostname: "127.0.0.1", port, socket, data, ...tls }).catch(() => settle(data, false));
  };
  for (let index = 0; index < abreast; index++) setOut();
  for (let before = -1; heard > before; await Promise.race([over, Bun.sleep(PATIENCE_MS)])) {
    if (heard + lost === count) break;
    before = heard;
  }
  return { heard, lost: count - heard, seconds: (lastMs - begun) / 1000 };
}

if (import.meta.main) {
  process.on("disconnect", () => process.exit());
  process.send?.(await gather(JSON.parse(process.argv[2] ?? "")));
}
