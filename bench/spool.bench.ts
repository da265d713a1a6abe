// The mail spool at the size it is made for: how many messages it makes durable, whether a long queue slows it, and how
// soon people get their answers from it.
import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../src/base/clock.ts";
import { expectGood } from "../src/base/result.ts";
import { reporter } from "../src/event/event.ts";
import type { Attempt, NewMessage } from "../src/spool/message.ts";
import { openSpool } from "../src/spool/open-spool.ts";
import type { MailSpool } from "../src/spool/spool.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

const QUEUED = 100_000;
const DOMAINS = 500;

export const benches: readonly Bench[] = [
  {
    name: "spool",
    measures:
      "Messages made durable each second through the whole API, by producers that each wait for their answer. " +
      "`bare rows/s` is one table of SQLite that takes the body alone, as many in a transaction as there are producers.",
    run: async () => {
      const rows: Row[] = [];
      for (const [bytes, producers, total] of [
        [4096, 1, 3000],
        [4096, 10, 15_000],
        [4096, 50, 30_000],
        [102_400, 10, 2000],
        [102_400, 50, 3000],
        [1_048_576, 10, 200],
      ] as const)
        rows.push(await inSpool((spool) => accepting(spool, { bytes, producers, total })));
      return rows;
    },
  },
  {
    name: "spool-queue",
    measures: `With ${QUEUED.toLocaleString("en")} messages for ${DOMAINS} domains in the queue: accepting as before, what people ask, and claims that are recorded.`,
    run: () => inSpool(longQueue),
  },
];

async function inSpool<T>(run: (spool: MailSpool) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "bench-spool-"));
  let n = 0;
  const names = { next: () => `b${String(++n).padStart(10, "0")}` };
  const report = reporter("smtp", Date.now, () => {});
  const spool = expectGood(await openSpool(folder, { clock: systemClock, report, names }));
  try {
    return await run(spool);
  } finally {
    await spool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Load {
  readonly bytes: number;
  readonly producers: number;
  readonly total: number;
}

async function accepting(spool: MailSpool, { bytes, producers, total }: Load): Promise<Row> {
  const body = Buffer.alloc(bytes, "x");
  const latencies: number[] = [];
  let next = 0;
  const producer = async () => {
    while (next < total) {
      const begun = performance.now();
      const incoming = spool.receive();
      const n = next++;
      for (let at = 0; at < bytes; at += 65_536) expectGood(await incoming.write(body.subarray(at, at + 65_536)));
      expectGood(await incoming.commit(messageFor(n)));
      latencies.push(performance.now() - begun);
    }
  };
  const before = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(Array.from({ length: producers }, producer));
  const took = performance.now() - begun;
  const { user, system } = process.cpuUsage(before);
  latencies.sort((a, b) => a - b);
  return {
    "body bytes": bytes,
    producers,
    "messages/s": Math.round((total / took) * 1000),
    "bare rows/s": Math.round(bareRows(bytes, producers, Math.min(total, producers * 100))),
    "p50 ms": latencies[Math.floor(total / 2)] ?? 0,
    "p99 ms": latencies[Math.floor(total * 0.99)] ?? 0,
    "processor us each": Math.round((user + system) / total),
  };
}

/** What any program pays that wants bodies to survive a power cut, alone on its disk and without a story to tell. */
function bareRows(bytes: number, together: number, total: number): number {
  const folder = mkdtempSync(join(tmpdir(), "bench-bare-"));
  const database = new Database(join(folder, "bare.sqlite"), { create: true });
  for (const it of ["journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 4096"])
    database.query(`PRAGMA ${it}`).get();
  database.run("CREATE TABLE body (n INTEGER PRIMARY KEY, bytes BLOB)");
  const insert = database.query("INSERT INTO body (bytes) VALUES (?)");
  const body = Buffer.alloc(bytes, "x");
  const some = database.transaction(() => {
    for (let n = 0; n < together; n++) insert.run(body);
  });
  const begun = performance.now();
  for (let n = 0; n < total; n += together) some();
  const seconds = (performance.now() - begun) / 1000;
  database.close(true);
  rmSync(folder, { recursive: true });
  return total / seconds;
}

const messageFor = (n: number): NewMessage => ({
  envelope: { sender: `machine${n % 97}@plant.example`, ret: null, envid: null, smtpUtf8: false, bodyKind: "7bit" },
  source: { site: "smtp/sites/default", by: "smtp", client: `192.0.2.${n % 50}`, account: null, trace: null },
  facts: { rule: "plant" },
  priority: "normal",
  recipients: [
    {
      address: `person${n}@domain${n % DOMAINS}.example`,
      destination: `domain${n % DOMAINS}.example`,
      notify: null,
      orcpt: null,
    },
  ],
});

async function longQueue(spool: MailSpool): Promise<readonly Row[]> {
  const load = { bytes: 4096, producers: 50, total: 10_000 };
  const rate = (it: Row) => Number(it["messages/s"]);
  await accepting(spool, load);
  const empty = rate(await accepting(spool, load));
  await accepting(spool, { bytes: 4096, producers: 200, total: QUEUED - 2 * load.total });
  const full = rate(await accepting(spool, load));
  const rows: Row[] = [
    { what: "accept, short queue, messages/s", figure: empty },
    { what: "accept, long queue, messages/s", figure: full },
  ];
  const ask = async (what: string, run: () => Promise<unknown>) => {
    const times: number[] = [];
    for (let n = 0; n < 5; n++) {
      const begun = performance.now();
      await run();
      times.push(performance.now() - begun);
    }
    rows.push({ what: `${what}, ms`, figure: times.sort((a, b) => a - b)[2] ?? 0 });
  };
  const page = { limit: 100 };
  await ask("summary", () => spool.summary());
  await ask("find by id", () => spool.find({ id: "b0000050000" }, page));
  await ask("find by sender", () => spool.find({ sender: "machine5@plant.example" }, page));
  await ask("find by recipient", () => spool.find({ recipient: "person70000@domain0.example" }, page));
  await ask("find by domain", () => spool.find({ domain: "domain77.example" }, page));
  await ask("find by destination", () => spool.find({ destination: "domain77.example" }, page));
  await ask("find by error that nobody had", () => spool.find({ error: "mailbox full" }, page));
  await ask("find by age", () => spool.find({ receivedBeforeMs: 1000 }, page));
  await ask("find anything, a word that nothing has", () => spool.find({ anything: "zebra" }, page));
  await ask("find anything, an address", () => spool.find({ anything: "person70000@domain0.example" }, page));
  await ask("count everything", () => spool.count({}));
  await ask("count by sender", () => spool.count({ sender: "machine5@plant.example" }));
  rows.push(...(await delivering(spool)));
  return rows;
}

async function delivering(spool: MailSpool): Promise<readonly Row[]> {
  const claims: number[] = [];
  let delivered = 0;
  const begun = performance.now();
  while (performance.now() - begun < 3000) {
    const asked = performance.now();
    const nowMs = Date.now();
    const wish = { nowMs, messagesMax: 100, perDestinationMax: 5, recipientsMax: 100 };
    const claimed = expectGood(await spool.claim(wish));
    claims.push(performance.now() - asked);
    const attempts = claimed.claims.map((claim): readonly Attempt[] =>
      claim.recipients.map((it) => ({
        id: claim.id,
        recipient: it.index,
        atMs: nowMs,
        outcome: { is: "delivered" },
        remote: "mx",
        reply: "250 Ok",
      })),
    );
    await Promise.all(claimed.claims.map((it) => spool.body(it.id)));
    await Promise.all(attempts.map(async (it) => expectGood(await spool.record(it))));
    delivered += attempts.length;
  }
  const seconds = (performance.now() - begun) / 1000;
  claims.sort((a, b) => a - b);
  return [
    { what: "claim of 100 messages, ms", figure: claims[Math.floor(claims.length / 2)] ?? 0 },
    { what: "claimed, read and recorded, messages/s", figure: Math.round(delivered / seconds) },
  ];
}
