// What systemd is to a server: it listens for what the server says of itself (sd_notify). Only for tests.
import { join } from "node:path";
import { expectGood } from "../../src/base/result.ts";
import { unixSocketAddress } from "../../src/net/system/socket-address.ts";
import * as system from "../../src/net/system/system-calls.ts";
import { eventually } from "./eventually.ts";

const NOTICE_BYTES_MAX = 4096;

export class Manager implements Disposable {
  /** What was said so far, one notice after the other. */
  readonly heard: string[] = [];
  /** The environment in which the server is started. */
  readonly environment: Readonly<Record<string, string>>;
  private readonly fd: number;

  constructor(folder: string, more: Readonly<Record<string, string>> = {}) {
    const path = join(folder, "notify");
    this.fd = expectGood(system.socket("unix", "datagram"));
    expectGood(system.bind(this.fd, unixSocketAddress(path) ?? new Uint8Array()));
    this.environment = { NOTIFY_SOCKET: path, ...more };
  }

  /** Takes what has come; the same again as long as nothing does. */
  listen(): readonly string[] {
    const bytes = new Uint8Array(NOTICE_BYTES_MAX);
    for (let got = system.receive(this.fd, bytes); got.ok; got = system.receive(this.fd, bytes))
      this.heard.push(Buffer.from(bytes.subarray(0, got.value)).toString());
    return this.heard;
  }

  until(notice: string, times = 1): Promise<true> {
    return eventually(
      () => `${notice} (heard ${this.heard})`,
      () => this.listen().filter((it) => it === notice).length >= times,
    );
  }

  [Symbol.dispose](): void {
    system.close(this.fd);
  }
}
