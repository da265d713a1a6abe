// The way of a connection over QUIC to its site: which certificate it is shown, and who is let in.
import { afterEach, expect } from "bun:test";
import type { QuicSession } from "node:quic";
import { systemClock } from "../../base/clock.ts";
import type { QuicConnection } from "../connection.ts";
import { ConnectionLedger } from "../front/connection-ledger.ts";
import { siteCells } from "../metrics/metrics.ts";
import { selfSigned } from "../testing/certificates.ts";
import { QuicDoor, QuicRig } from "../testing/quic-rig.ts";
import { withCertificate } from "../testing/with-certificate.ts";
import { loadQuic } from "./load-quic.ts";

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

const one = { name: "one", generation: 1, ...selfSigned("one.example") };
const two = { name: "two", generation: 1, ...selfSigned("two.example") };

async function opened(...doors: readonly (readonly [string, QuicDoor])[]): Promise<QuicRig> {
  const rig = await QuicRig.open(new Map([["*", one]]));
  for (const [host, door] of doors) rig.add(door, host);
  endings.push(() => rig[Symbol.dispose]());
  return rig;
}

/** How it ended, where it does; and whose certificate was shown. */
async function connect(rig: QuicRig, servername: string) {
  const quic = await loadQuic();
  const session: QuicSession = await quic.connect(`127.0.0.1:${rig.port}`, {
    ...{ alpn: "h3", servername, verifyPeer: "manual", reuseEndpoint: false },
  });
  session.onerror = () => {};
  endings.push(() => session.destroy());
  const closed = session.closed.then(
    () => "closed",
    (error: { readonly errorCode?: bigint }) => String(error.errorCode),
  );
  await session.opened;
  return { closed, subject: session.peerCertificate?.subject };
}

/** A site that keeps the connections that it serves. */
function door() {
  const served: QuicConnection[] = [];
  let tell = (_: QuicConnection): void => {};
  const it = new QuicDoor((connection) => {
    served.push(connection);
    tell(connection);
  });
  const next = () =>
    new Promise<QuicConnection>((resolve) => {
      tell = resolve;
    });
  return { it, served, next };
}

const counted = ({ metrics }: QuicDoor, cell: number): number => {
  const cells = metrics.take()?.cells ?? [];
  return cells.find((_, index) => index % 2 === 1 && cells[index - 1] === cell) ?? 0;
};

withCertificate("a connection goes to the site of the name that it asks for, which learns who it is", async () => {
  const [first, second] = [door(), door()];
  const rig = await opened(["one.example", first.it], ["two.example", second.it]);
  const come = second.next();
  await connect(rig, "two.example");
  const connection = await come;
  expect(connection.peer.address).toBe("127.0.0.1");
  expect(connection.local).toEqual({ address: "127.0.0.1", port: rig.port });
  expect(connection.secured).toMatchObject({ protocol: "TLSv1.3", serverName: "two.example", alpn: "h3" });
  expect([first.served.length, second.it.ledger.size, rig.ledger.size]).toEqual([0, 1, 1]);
  expect(connection.moveTo("one.example")).toBe(first.it.host);
  expect([first.it.ledger.size, second.it.ledger.size]).toEqual([1, 0]);
  expect(connection.moveTo("nobody.example")).toBeUndefined();
  connection.cut();
  await first.it.ledger.whenEmpty();
  expect(rig.ledger.size).toBe(0);
});

withCertificate("bytes are counted where they were spent", async () => {
  const first = door();
  const rig = await opened(["", first.it]);
  const come = first.next();
  await connect(rig, "one.example");
  (await come).cut();
  await first.it.ledger.whenEmpty();
  expect(counted(first.it, siteCells.bytesOut)).toBeGreaterThan(500);
});

withCertificate(
  "a certificate that is replaced is shown from the next handshake on, and nobody is cut off",
  async () => {
    const first = door();
    const rig = await opened(["", first.it]);
    expect((await connect(rig, "two.example")).subject).toBe("CN=one.example");
    rig.present(
      new Map([
        ["*", one],
        ["two.example", two],
      ] as const),
    );
    expect((await connect(rig, "two.example")).subject).toBe("CN=two.example");
    expect((await connect(rig, "other.example")).subject).toBe("CN=one.example");
    expect(first.it.ledger.size).toBe(3);
  },
);

const shutDoors: Readonly<Record<string, Partial<QuicDoor>>> = {
  paused: { paused: true },
  full: { ledger: new ConnectionLedger(0, systemClock) },
  rule: { admission: { is: "refused", why: "rule", untilMs: undefined } },
  "proxy-header": { proxies: ["127.0.0.1"] },
};
for (const [why, shut] of Object.entries(shutDoors))
  withCertificate(`a client that is not taken hears nothing but that it may try in another way: ${why}`, async () => {
    const first = door();
    Object.assign(first.it, shut);
    const rig = await opened(["", first.it]);
    expect(await (await connect(rig, "one.example")).closed).toBe("267");
    expect([first.it.told, first.served, rig.ledger.size]).toEqual([[why], [], 0]);
  });

withCertificate(
  "a site that is not served so, or wants certificates of clients, is not reached by a neighbour's connection",
  async () => {
    const [first, off, asks] = [door(), door(), door()];
    off.it.host = { ...off.it.host, overQuic: undefined };
    asks.it.security = { ...asks.it.security, clientCertificate: "ask" };
    const rig = await opened(["one.example", first.it], ["off.example", off.it], ["asks.example", asks.it]);
    const come = first.next();
    await connect(rig, "one.example");
    const connection = await come;
    expect(["off.example", "asks.example"].map((it) => connection.moveTo(it))).toEqual([undefined, undefined]);
    for (const name of ["off.example", "asks.example"]) expect(await (await connect(rig, name)).closed).toBe("267");
  },
);

withCertificate("whoever is beyond the bound of the process is not taken", async () => {
  const first = door();
  const rig = await opened(["", first.it]);
  rig.ledger.max = 0;
  const quic = await loadQuic();
  const session = await quic.connect(`127.0.0.1:${rig.port}`, { alpn: "h3", servername: "a", verifyPeer: "manual" });
  session.onerror = () => {};
  session.opened.catch(() => {});
  expect(
    await session.closed.then(
      () => "closed",
      () => "refused",
    ),
  ).toBe("refused");
  expect(first.served).toEqual([]);
});
