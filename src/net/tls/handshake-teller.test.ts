import { expect, test } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import { type Occurrence, reporter } from "../../event/event.ts";
import { HandshakeTeller } from "./handshake-teller.ts";
import type { Security } from "./security.ts";

const security: Security = {
  certificate: null,
  versionMin: "TLSv1.2",
  clientCertificate: "off",
  authorities: "",
  protocols: [],
};

const from = (address: string) => ({ peer: { address, port: 5000 }, trace: "t1" });

function telling() {
  const clock = new ManualClock();
  const events: Occurrence[] = [];
  const report = reporter(
    "smtp",
    () => 0,
    (it) => events.push(it),
  );
  return { clock, events, teller: new HandshakeTeller("smtp/sites/default", clock, report) };
}

test("an old device is named once an hour, with what it has, what is wanted, and the way out", () => {
  const { clock, events, teller } = telling();
  for (let n = 0; n < 3; n++) teller.tell(from("192.0.2.7"), { is: "too-old", version: 0x0301 }, security);
  teller.tell(from("192.0.2.8"), { is: "too-old", version: 0x0301 }, security);
  expect(events.map((it) => it.sentence)).toEqual([
    "192.0.2.7 cannot speak to smtp/sites/default: TLS 1.0 is the newest it has, and smtp/sites/default/tlsMinimum wants TLS 1.2.",
    "192.0.2.8 cannot speak to smtp/sites/default: TLS 1.0 is the newest it has, and smtp/sites/default/tlsMinimum wants TLS 1.2.",
  ]);
  expect(events[0]?.trace).toBe("t1");
  expect(events[0]?.remedy).toContain("whose access rules let in 192.0.2.7 alone");
  clock.advance(3_600_000);
  expect(events.at(-1)?.sentence).toStartWith("2 more handshakes with smtp/sites/default failed within 60 min");
  teller.tell(from("192.0.2.7"), { is: "too-old", version: 0x0301 }, security);
  expect(events).toHaveLength(4);
});

test("a flood of addresses is counted beyond the first ones, and what is left is told at the end", () => {
  const { events, teller } = telling();
  for (let n = 0; n < 10_000; n++) teller.tell(from(`192.0.2.${n}`), { is: "not-tls" }, security);
  expect(events).toHaveLength(200);
  teller.close();
  expect(events.at(-1)?.parameters).toEqual({ count: 9800, minutes: 60 });
});

test("clients that go away or fall silent are no news", () => {
  const { events, teller } = telling();
  for (const is of ["left", "timed-out", "not-admitted"] as const) teller.tell(from("192.0.2.7"), { is }, security);
  teller.close();
  expect(events).toEqual([]);
});
