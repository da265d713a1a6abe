// How many messages a mail server takes and hands on in a second, beside Postfix and Exim: from one client, to one host, and
// the time ends when the last of them is there.
import { familyCpuMs } from "./family-usage.ts";
import { load } from "./mail-load.ts";
import { inTurns, middle, type Rounds, type ServerName, withServers } from "./mail-servers.ts";
import { MailSink } from "./mail-sink.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

const ROUNDS = 3;
const WITHIN_MS = 60_000;
const KB = 1024;

interface Load {
  readonly what: string;
  readonly connections: number;
  readonly bytes: number;
  readonly messages: number;
  /** Of our rate to that of Postfix. */
  readonly bar: number;
}

const loads: readonly Load[] = [
  { what: "4 KB, 50 connections", connections: 50, bytes: 4 * KB, messages: 2000, bar: 3 },
  { what: "4 KB, 10 connections", connections: 10, bytes: 4 * KB, messages: 2000, bar: 3 },
  { what: "100 KB, 10 connections", connections: 10, bytes: 100 * KB, messages: 500, bar: 1.5 },
];
/** It makes a process for each message, and two of them compete for the processor with all the others. */
const EXIM_SHARE = 0.1;

export const benches: readonly Bench[] = [
  {
    name: "mail-relay",
    measures:
      "Messages that are taken, on the disk, and handed on to a host that only counts, each second from the first one that is " +
      "sent to the last one that is there; all of them must come, and none twice. `ratio` is to Postfix, and the bar is for it. " +
      "CPU is what all processes of a server take for a message.",
    run: async () => {
      await using sink = await MailSink.open();
      return await withServers({ host: sink.port, answers: true }, async (servers) => {
        const rows: Row[] = [];
        let first = 0;
        for (const { what, bar, messages, ...order } of loads) {
          const took = await inTurns(servers, ROUNDS, async ({ port, pid }, name) => {
            const count = messages * (name === "Exim" ? EXIM_SHARE : 1);
            const cpuMs = familyCpuMs(pid);
            const there = sink.all({ first, count }, WITHIN_MS);
            const sent = { ...order, port, pipelines: true, messagesMax: count, firstNumber: first };
            const [lastMs, { begunAtMs }] = await Promise.all([there, load(sent)]);
            first += count;
            const cpuUs = ((familyCpuMs(pid) - cpuMs) / count) * 1000;
            return { perSecond: (count / (lastMs - begunAtMs)) * 1000, cpuUs };
          });
          rows.push(rowOf(what, bar, took));
        }
        return rows;
      });
    },
  },
];

interface Took {
  readonly perSecond: number;
  readonly cpuUs: number;
}

function rowOf(what: string, bar: number, took: Rounds<Took>): Row {
  const rate = (name: ServerName) => middle(took, name, (it) => it.perSecond);
  const cpu = (name: ServerName) => Math.round(middle(took, name, (it) => it.cpuUs));
  return {
    what,
    "inetsrv/s": Math.round(rate("inetsrv")),
    "Postfix/s": Math.round(rate("Postfix")),
    "Exim/s": Math.round(rate("Exim")),
    ratio: rate("inetsrv") / rate("Postfix"),
    bar,
    "CPU µs": cpu("inetsrv"),
    "Postfix CPU µs": cpu("Postfix"),
    "Exim CPU µs": cpu("Exim"),
  };
}
