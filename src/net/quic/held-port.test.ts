// A UDP port that somebody else has, and what becomes of it.
import { expect } from "bun:test";
import { createSocket } from "node:dgram";
import { ManualClock } from "../../base/clock.ts";
import { selfSigned } from "../testing/certificates.ts";
import { withCertificate } from "../testing/with-certificate.ts";
import { HeldPort, RETRY_MS } from "./held-port.ts";
import type { Identities } from "./quic-port.ts";

const certificate = { name: "a", generation: 1, ...selfSigned("a.example") };

/** A port, and whatever it becomes. */
function held(port: number, address = "127.0.0.1") {
  const clock = new ManualClock();
  const world = {
    ...{ clock, protocol: "h3", connectionsMax: 10, take: () => {} },
    known: new Map([["*", certificate]]) as Identities,
    identities: () => world.known,
    changed: () => tell(),
  };
  let tell = (): void => {};
  const it = new HeldPort({ address, port, ipv6Only: false }, world);
  const after = (run: () => unknown): Promise<typeof it.state> =>
    new Promise((resolve) => {
      tell = () => resolve(it.state);
      run();
    });
  return { it, clock, world, after };
}

/** Another program that has a UDP port, until it is told to end. */
async function stranger() {
  const code = `const s = require("node:dgram").createSocket("udp4"); s.bind(0, "127.0.0.1", () => console.log(s.address().port));`;
  const child = Bun.spawn([process.execPath, "-e", code], { stdout: "pipe", stderr: "ignore" });
  const { value } = await child.stdout.getReader().read();
  const end = async (): Promise<void> => {
    child.kill();
    await child.exited;
  };
  return { port: Number(new TextDecoder().decode(value)), pid: child.pid, end, [Symbol.asyncDispose]: end };
}

withCertificate("a port that another program has is told with its holder, and taken when it is free", async () => {
  await using other = await stranger();
  const { it, clock, after } = held(other.port);
  const state = await after(() => it.open());
  expect(state).toMatchObject({ is: "failed", failure: { kind: "port-taken", holders: [{ pid: other.pid }] } });
  await other.end();
  expect(await after(() => clock.advance(RETRY_MS))).toEqual({ is: "open" });
  expect(it.number).toBe(other.port);
  it.close();
});

withCertificate("a port that a process of the same server has is open, there", async () => {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { it, clock, after } = held(socket.address().port);
  expect(await after(() => it.open())).toEqual({ is: "open" });
  expect(it.number).toBeUndefined();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  await after(() => clock.advance(RETRY_MS));
  expect(it.number).toBeDefined();
  it.close();
});

withCertificate("a certificate that is replaced while the port is being opened is looked at all the same", async () => {
  const { it, world } = held(0);
  const opening = it.open();
  world.known = new Map([["*", { ...certificate, key: "no key", generation: 2 }]]);
  it.present();
  await opening;
  expect(it.state).toMatchObject({ is: "failed", failure: { kind: "other" } });
  it.close();
});

withCertificate("an address that is not there, and a port for which there is no certificate, are told", async () => {
  const nowhere = held(0, "192.0.2.1");
  expect(await nowhere.after(() => nowhere.it.open())).toMatchObject({ failure: { kind: "address-missing" } });
  nowhere.it.close();
  const { it, clock, world, after } = held(0);
  world.known = new Map();
  expect(await after(() => it.open())).toEqual({ is: "no-certificate" });
  world.known = new Map([["*", certificate]]);
  expect(await after(() => clock.advance(RETRY_MS))).toEqual({ is: "open" });
  world.known = new Map([["*", { ...certificate, key: "no key", generation: 2 }]]);
  expect(await after(() => it.present())).toMatchObject({ is: "failed", failure: { kind: "other" } });
  world.known = new Map([["*", { ...certificate, generation: 3 }]]);
  expect(await after(() => it.present())).toEqual({ is: "open" });
  it.close();
});
