import { expect, test } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import { noAccessLog, noSlots } from "../../net/access-log/access-log.ts";
import { type AccessRecord, accessRecord } from "../../net/access-log/record.ts";
import { fromConnection, fromServer } from "../../proto/smtp/client/talk.ts";
import { outboundLog } from "./outbound-log.ts";

test("Commands and answers are lines of their own, as IIS wrote them", () => {
  const lines: AccessRecord[] = [];
  const log = { on: true, wants: noSlots, record: accessRecord, write: (it: AccessRecord) => void lines.push(it) };
  const witness = outboundLog(log, new ManualClock(5), "m1");
  witness.met?.({ host: "mx.test", address: "192.0.2.1", port: 25 });
  witness.said?.("MAIL FROM:<a@b.example> SIZE=9");
  witness.heard?.(fromServer({ code: 250, enhanced: "2.1.0", lines: ["OK"] }));
  witness.heard?.(fromConnection("It broke"));
  witness.said?.("RCPT TO:<ü@b.example>");
  expect(
    lines.map((it) => [it.ends.clientAddress, it.userName, it.method, it.uriQuery, it.status, it.ends.trace]),
  ).toEqual([
    ["192.0.2.1", "OutboundConnectionCommand", "MAIL", "FROM:<a@b.example> SIZE=9", undefined, "m1"],
    ["192.0.2.1", "OutboundConnectionResponse", "", "250 2.1.0 OK", 250, "m1"],
    ["192.0.2.1", "OutboundConnectionCommand", "RCPT", "TO:<\xc3\xbc@b.example>", undefined, "m1"],
  ]);
});

test("Where nothing is logged, nothing is made", () => {
  expect(outboundLog(noAccessLog, new ManualClock(), "m1")).toEqual({});
});
