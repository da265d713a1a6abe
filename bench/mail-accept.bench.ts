// How many messages a mail server takes in a second, beside the servers of others, each message on the disk before it is
// answered.
import { familyCpuMs } from "./family-usage.ts";
import { type LoadDone, type LoadOrder, load } from "./mail-load.ts";
import { inTurns, middle, type Rounds, type ServerName, withServers } from "./mail-servers.ts";
import { MailSink } from "./mail-sink.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

const ROUNDS = 3;
const ROUND_SECONDS = 1;
const KB = 1024;

interface Load extends Omit<LoadOrder, "port"> {
  readonly what: string;
  /** Our rate is that of the best of them, so many times. */
  readonly others: readonly ServerName[];
  readonly bar: number;
}

const [postfix, both] = [["Postfix"], ["Postfix", "Exim"]] as const;

const loads: readonly Load[] = [
  { what: "4 KB, 50 connections", connections: 50, bytes: 4 * KB, pipelines: true, others: both, bar: 3 },
  { what: "4 KB, 10 connections", connections: 10, bytes: 4 * KB, pipelines: true, others: postfix, bar: 2 },
  { what: "one command at a time", connections: 10, bytes: 4 * KB, pipelines: false, others: postfix, bar: 2 },
  {
    what: "a connection for each",
    connections: 10,
    bytes: 4 * KB,
    pipelines: true,
    onceOnly: true,
    others: postfix,
    bar: 2,
  },
  { what: "4 KB, 1 connection", connections: 1, bytes: 4 * KB, pipelines: true, others: postfix, bar: 1 },
  { what: "100 KB, 50 connections", connections: 50, bytes: 100 * KB, pipelines: true, others: postfix, bar: 1.5 },
  { what: "100 KB, 10 connections", connections: 10, bytes: 100 * KB, pipelines: true, others: postfix, bar: 1.5 },
];

export const benches: readonly Bench[] = [
  {
    name: "mail-accept",
    measures:
      "Messages that are on the disk and answered, each second, while the host to which they go is silent (Exim: queue_only), " +
      "from one client in turns, which gets `client/s` out of a server that only says yes. Ratios are to Postfix, in the first row " +
      "to the better of the others; the bar is for `ratio`, and p99 should not be above 1. CPU is what all processes of a " +
      "server take for a message. Of 4 KB on 10 connections, where nothing else is said.",
    run: async () => {
      await using silent = await MailSink.open("silent");
      await using yes = await MailSink.open();
      return await withServers({ host: silent.port, answers: false }, async (servers) => {
        const rows: Row[] = [];
        for (const { what, others, bar, ...order } of loads) {
          const seconds = { ...order, secondsMax: ROUND_SECONDS };
          const client = await load({ ...seconds, port: yes.port });
          const took = await inTurns(servers, ROUNDS, async ({ port, pid }) => {
            const cpuMs = familyCpuMs(pid);
            const done = await load({ ...seconds, port });
            return { ...done, cpuUs: ((familyCpuMs(pid) - cpuMs) / done.messages) * 1000 };
          });
          rows.push(rowOf({ what, others, bar, client, took }));
        }
        return rows;
      });
    },
  },
];

interface Took extends LoadDone {
  readonly cpuUs: number;
}

interface Measured extends Pick<Load, "what" | "others" | "bar"> {
  readonly client: LoadDone;
  readonly took: Rounds<Took>;
}

function rowOf({ what, others, bar, client, took }: Measured): Row {
  const rate = (name: ServerName) => middle(took, name, (it) => it.perSecond);
  const p99 = (name: ServerName) => middle(took, name, (it) => it.p99Ms);
  const cpu = (name: ServerName) => middle(took, name, (it) => it.cpuUs);
  const best = Math.max(...others.map(rate).filter((it) => !Number.isNaN(it)));
  return {
    what,
    "client/s": Math.round(client.perSecond),
    "inetsrv/s": Math.round(rate("inetsrv")),
    "Postfix/s": Math.round(rate("Postfix")),
    "Exim/s": Math.round(rate("Exim")),
    ratio: rate("inetsrv") / best,
    bar,
    "p99 ms": p99("inetsrv"),
    "Postfix p99 ms": p99("Postfix"),
    "ratio of p99": p99("inetsrv") / p99("Postfix"),
    "CPU µs": Math.round(cpu("inetsrv")),
    "Postfix CPU µs": Math.round(cpu("Postfix")),
    "Exim CPU µs": Math.round(cpu("Exim")),
  };
}
