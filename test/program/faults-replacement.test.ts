import { expect, test } from "bun:test";
import { needing } from "./client.ts";
import { eventually } from "./eventually.ts";
import { Ground } from "./ground.ts";
import { Peer } from "./peer.ts";
import { alive } from "./processes.ts";
import { starttls } from "./protocols.ts";

const CLIENTS = 50;
const ROUNDS = 3;
const servername = "mail.example";
const { title, skip } = needing("smtp is replaced under 50 clients that begin TLS, on both kinds of port", "openssl");

/** Clients that come, begin TLS, ask and go, without a pause; what a person would have noticed is a flaw. */
class Crowd {
  served = 0;
  /** Told that the service stops, in order, and after a handshake that was whole. */
  dismissed = 0;
  readonly flaws: string[] = [];
  private going = true;
  private readonly loops: readonly Promise<void>[];

  constructor(inClear: number, secure: number) {
    this.loops = Array.from({ length: CLIENTS }, async (_, index) => {
      while (this.going) await this.visit(index % 2 === 0 ? inClear : undefined, secure);
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

  private async visit(inClear: number | undefined, secure: number): Promise<void> {
    let at = "connect";
    try {
      using peer = await Peer.open(inClear ?? secure);
      if (inClear !== undefined) {
        at = "greeting";
        if (this.isOver(await peer.line(), "220 ")) return;
        at = "STARTTLS";
        if (this.isOver(await peer.ask("STARTTLS"), starttls.smtp.begin)) return;
      }
      at = "handshake";
      await peer.secure({ servername });
      at = "answer";
      if (inClear === undefined && this.isOver(await peer.line(), "220 ")) return;
      if (this.isOver(await peer.ask("NOOP"), "250 ")) return;
      this.served++;
    } catch (error) {
      this.flaws.push(`${at}: ${error}`);
    }
  }

  private isOver(line: string, wanted: string): boolean {
    if (line.startsWith(wanted)) return false;
    if (line.startsWith("421 4.3.2 ")) this.dismissed++;
    else this.flaws.push(line);
    return true;
  }
}

test.skipIf(skip)(
  title,
  async () => {
    await using ground = await Ground.up({ services: ["smtp"], names: [servername] });
    const workers = new Set(await ground.server.workers("smtp"));
    const [inClear, secure] = [await ground.port("smtp"), await ground.securePort("smtp")];
    const crowd = new Crowd(inClear, secure);
    // One that is in the middle of its handshake when the first worker is told to go.
    using half = await Peer.open(inClear);
    await half.line();
    expect(await half.ask("STARTTLS")).toStartWith("220 ");
    for (let round = 0; round < ROUNDS; round++) {
      await crowd.more(CLIENTS * 2);
      const replaced = ground.program.must("restart", "smtp");
      if (round === 0) {
        await ground.server.until("the old one is on its way out", ({ services }) =>
          services.some((it) => it.workers.some(({ state }) => state === "draining")),
        );
        await half.secure({ servername });
        expect(await half.line()).toStartWith("421 4.3.2 ");
        half.socket.end();
      }
      await replaced;
      for (const pid of await ground.server.workers("smtp")) workers.add(pid);
    }
    await crowd.more(CLIENTS * 2);
    await crowd.end();
    expect(crowd.flaws).toEqual([]);
    expect(workers.size).toBe(ROUNDS + 1);
    await eventually("the old ones are gone", () => [...workers].filter(alive).length === 1);
  },
  40_000,
);
