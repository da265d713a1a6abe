// A mail server with a long queue: what people ask of it, whether it takes mail as before, how soon it serves after a
// start, and how fast it gets rid of its queue, beside Postfix.
import { join } from "node:path";
import { secureRandomness, systemClock } from "../src/base/clock.ts";
import type { JsonObject } from "../src/base/json.ts";
import { expectGood } from "../src/base/result.ts";
import { TraceSource } from "../src/net/trace-id.ts";
import type { NewMessage } from "../src/spool/message.ts";
import { openSpool } from "../src/spool/open-spool.ts";
import { postfixIsThere } from "../test/mail/postfix.ts";
import { eventually } from "../test/program/eventually.ts";
import type { Ground } from "../test/program/ground.ts";
import { greeting } from "../test/program/session.ts";
import { load } from "./mail-load.ts";
import { messageText, numbered } from "./mail-message.ts";
import { inTurns, type MailServer, middle, type OurServer, ourServer, postfixServer } from "./mail-servers.ts";
import { MailSink } from "./mail-sink.ts";
import type { Bench } from "./main.ts";
import { median } from "./pace.ts";
import type { Row } from "./table.ts";

const QUEUED = 100_000;
/** It takes longer to fill, and what it does for a message does not grow with their number. */
const QUEUED_BY_POSTFIX = 5000;
const BYTES = 4096;
const ASKED = 5;
const ROUNDS = 5;
const WITHIN_MS = 240_000;

export const benches: readonly Bench[] = [
  {
    name: "mail-queue",
    measures:
      `With ${QUEUED.toLocaleString("en")} messages of 4 KB in the queue. What people ask goes over the control socket, as the ` +
      "commands do. Messages are taken in turns with a server whose queue is empty. The queue is handed to a host that only " +
      `counts, from the start of the server on; Postfix hands over ${QUEUED_BY_POSTFIX.toLocaleString("en")} of its own.`,
    run: async () => {
      await using silent = await MailSink.open("silent");
      await using sink = await MailSink.open();
      await using server = await ourServer(silent.port);
      await stop(server.ground);
      await fill(join(server.ground.program.home, "spool"));
      await server.ground.restart();
      const asked = await asking(server.ground);
      const { row: taken, messages } = await taking(server, silent.port);
      await stop(server.ground);
      const smartHost = `[127.0.0.1]:${sink.port}`;
      await server.ground.program.must("config", "set", "smtp/sites/default/smartHost", smartHost);
      return [...asked, taken, ...(await leaving(server, sink, QUEUED + messages))];
    },
  },
];

/** A bar without a ratio is for the figure itself. */
const rowOf = (what: string, figure: number, bar: number | "", beside: number | "" = ""): Row => ({
  what,
  figure,
  beside,
  ratio: beside === "" ? "" : figure / beside,
  bar,
});

async function stop({ program, server }: Ground): Promise<void> {
  await program.must("down");
  await server.ended();
}

/** By the API of the spool, many at once. */
async function fill(folder: string): Promise<void> {
  const names = new TraceSource(systemClock, secureRandomness);
  const spool = expectGood(await openSpool(folder, { clock: systemClock, report: () => {}, names }));
  const text = messageText(BYTES);
  let next = 0;
  const producer = async () => {
    while (next < QUEUED) {
      const number = next++;
      const incoming = spool.receive();
      // Without the dot that ends it on the wire.
      expectGood(await incoming.write(numbered(text, number).subarray(0, -3)));
      expectGood(await incoming.commit(messageFor(number)));
    }
  };
  await Promise.all(Array.from({ length: 200 }, producer));
  await spool.close();
}

const messageFor = (n: number): NewMessage => ({
  envelope: { sender: `machine${n % 97}@plant.example`, ret: null, envid: null, smtpUtf8: false, bodyKind: "7bit" },
  source: { site: "smtp/sites/default", by: "smtp", client: `192.0.2.${n % 50}`, account: null, trace: null },
  facts: {},
  priority: "normal",
  recipients: [
    { address: `person${n}@domain${n % 500}.example`, destination: "smarthost:default", notify: null, orcpt: null },
  ],
});

async function asking(ground: Ground): Promise<readonly Row[]> {
  const questions: readonly (readonly [what: string, operation: string, given: JsonObject])[] = [
    ["summary", "queue.summary", {}],
    ["find by recipient", "queue.find", { recipient: "person70000@domain0.example" }],
    ["find by sender", "queue.find", { sender: "machine5@plant.example" }],
    ["find by domain", "queue.find", { domain: "domain77.example" }],
    ["find by a part of anything", "queue.find", { anything: "zebra" }],
  ];
  const rows: Row[] = [];
  for (const [what, operation, given] of questions) {
    const times: number[] = [];
    for (let round = 0; round < ASKED; round++) {
      const begun = performance.now();
      await ground.ask(operation, given);
      times.push((performance.now() - begun) / 1000);
    }
    rows.push(rowOf(`${what}, s`, median(times), 1));
  }
  return rows;
}

/** Beside a server whose queue is empty; and how many it has now besides. */
async function taking(long: MailServer, host: number): Promise<{ readonly row: Row; readonly messages: number }> {
  await using short = await ourServer(host);
  let messages = 0;
  const servers = new Map([["long", long] as const, ["short", short] as const]);
  const rounds = await inTurns(servers, ROUNDS, async ({ port }, name) => {
    const order = { port, connections: 10, bytes: BYTES, pipelines: true, secondsMax: 1 };
    const done = await load({ ...order, firstNumber: QUEUED + messages });
    if (name === "long") messages += done.messages;
    return done.perSecond;
  });
  const rate = (name: "long" | "short") => middle(rounds, name, (it) => it);
  return { row: rowOf("accept, beside an empty queue, messages/s", rate("long"), 0.9, rate("short")), messages };
}

async function leaving({ ground, port }: OurServer, sink: MailSink, count: number): Promise<readonly Row[]> {
  const begunMs = Date.now();
  const there = sink.all({ first: 0, count }, WITHIN_MS);
  const up = ground.restart();
  await eventually("it greets", async () => (await greeting(port)).startsWith("220 "));
  const upSeconds = (Date.now() - begunMs) / 1000;
  await up;
  const perSecond = (count / ((await there) - begunMs)) * 1000;
  return [
    rowOf("start until it greets, s", upSeconds, 2),
    rowOf("drain, beside Postfix, messages/s", perSecond, 2, await postfixDrain(sink)),
  ];
}

async function postfixDrain(sink: MailSink): Promise<number | ""> {
  if (!postfixIsThere) return "";
  const count = QUEUED_BY_POSTFIX;
  await using postfix = await postfixServer(sink.port, {
    smtpd_client_restrictions: "check_client_access static:HOLD",
  });
  await load({ port: postfix.port, connections: 50, bytes: BYTES, pipelines: true, messagesMax: count });
  const there = sink.all({ first: 0, count }, WITHIN_MS);
  await postfix.command("postsuper", "-H", "ALL");
  const begunMs = Date.now();
  await postfix.command("postqueue", "-f");
  return (count / ((await there) - begunMs)) * 1000;
}
