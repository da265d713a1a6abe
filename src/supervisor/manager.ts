// What is said to the manager above, such as systemd: that the server is ready, lives, ends, or goes on as another process.
import type { Clock } from "../base/clock.ts";
import { type Notice, notify, watchdogMs } from "../net/system/notify.ts";

const SAY_AGAIN_MS = 20;
const PASS_LIMIT_MS = 5000;

export class Manager {
  private readonly environment: Readonly<Record<string, string | undefined>>;
  private readonly clock: Clock;
  private cancel = () => {};
  private speaks = false;

  constructor(environment: Readonly<Record<string, string | undefined>>, clock: Clock) {
    this.environment = environment;
    this.clock = clock;
  }

  /** It can be told that another process goes on. */
  get listens(): boolean {
    return (this.environment.NOTIFY_SOCKET ?? "") !== "";
  }

  /** It serves; from now on the manager hears whatever is said, and as often as it wants to that this process lives. */
  begin(): void {
    if (this.speaks) return;
    this.speaks = true;
    this.say({ kind: "ready" });
    this.live();
  }

  /** Nothing before the beginning: until then another process speaks. */
  say(notice: Notice): void {
    if (this.speaks) notify(this.environment, notice);
  }

  /** Another process goes on. Said until it is heard, as the manager would take our end for that of the server. */
  async passTo(pid: number): Promise<void> {
    const endMs = this.clock.steadyMs() + PASS_LIMIT_MS;
    while (!notify(this.environment, { kind: "main-pid", pid }).ok && this.clock.steadyMs() < endMs)
      await Bun.sleep(SAY_AGAIN_MS);
  }

  close(): void {
    this.cancel();
  }

  private live(): void {
    const periodMs = watchdogMs(this.environment, process.pid);
    if (periodMs === undefined) return;
    this.say({ kind: "alive" });
    this.cancel = this.clock.after(periodMs / 2, () => this.live());
  }
}
