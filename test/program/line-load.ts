// Clients that come to a line protocol, hear its greeting and go, without a pause: what a person would have noticed is a
// flaw. Only for tests.
import { eventually } from "./eventually.ts";
import { Session } from "./session.ts";

export class LineLoad {
  served = 0;
  /** The longest time in which nobody was served. */
  longestGapMs = 0;
  readonly flaws: string[] = [];
  private going = true;
  private lastMs = performance.now();
  private readonly loops: readonly Promise<void>[];

  constructor(port: number, clients: number, greeting: string, quit: string) {
    this.loops = Array.from({ length: clients }, async () => {
      while (this.going) await this.visit(port, greeting, quit);
    });
  }

  async more(visits: number): Promise<void> {
    const wanted = this.served + visits;
    await eventually(
      () => `${this.served} served, ${this.flaws}`,
      () => this.served >= wanted || this.flaws.length > 0,
    );
  }

  async end(): Promise<void> {
    this.going = false;
    await Promise.all(this.loops);
  }

  private async visit(port: number, greeting: string, quit: string): Promise<void> {
    const session = await Session.tryOpen(port);
    if (typeof session === "string") return void this.flaws.push(session);
    const line = await session.line();
    if (line.startsWith(greeting)) {
      this.served++;
      const now = performance.now();
      this.longestGapMs = Math.max(this.longestGapMs, now - this.lastMs);
      this.lastMs = now;
      // As polite clients do; what it is answered may be that the server ends.
      await session.ask(quit);
    } else this.flaws.push(line === "" ? `no greeting: ${session.failure ?? "the end"}` : line);
    session[Symbol.dispose]();
  }
}
