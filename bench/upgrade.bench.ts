// A whole release is replaced under load, and goes back by itself: what clients of each protocol notice of it.
import type { GroundOptions } from "../test/program/ground.ts";
import { LineLoad } from "../test/program/line-load.ts";
import type { Plant } from "../test/program/releases.ts";
import { activate, onTrial, stage } from "../test/program/stage.ts";
import { Traffic } from "../test/program/traffic.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

const options: GroundOptions = {};
const CLIENTS = 4;

export const benches: readonly Bench[] = [
  {
    name: "upgrade",
    measures:
      "Clients of four protocols without a pause while a release takes over, while one that does not serve goes back, and " +
      "while one is killed on trial: what was answered, what failed, and the longest time in which nobody was answered, " +
      "beside the same length of time without anything (`nothing`).",
    run: async () => [
      ...(await measure("nothing", [], () => Bun.sleep(8000))),
      ...(await measure("upgrade", [], (it) => activate(it, "2s"))),
      ...(await measure("return: smtp crashes", [crashingSmtp], (it) => activate(it, "30s"))),
      ...(await measure("return: killed", [], killed)),
    ],
  },
];

const crashingSmtp: Plant = {
  file: "src/smtp/service.ts",
  find: "export const smtpService",
  put: 'if (process.argv.includes("service") && process.argv.includes("smtp")) process.exit(9);\nexport const smtpService',
};

type Stage = Awaited<ReturnType<typeof stage>>;

async function killed(it: Stage): Promise<void> {
  const activated = activate(it, "60s");
  const { pid } = await onTrial(it);
  // Until the workers of the release before have gone.
  await Bun.sleep(1000);
  process.kill(pid, "SIGKILL");
  await activated;
}

async function measure(
  what: string,
  plants: readonly Plant[],
  run: (it: Stage) => Promise<unknown>,
): Promise<readonly Row[]> {
  await using it = await stage(options, ...plants);
  const { ground } = it;
  const lines = {
    smtp: new LineLoad(await ground.port("smtp"), CLIENTS, "220 ", "QUIT"),
    ftp: new LineLoad(await ground.port("ftp"), CLIENTS, "220 ", "QUIT"),
    nntp: new LineLoad(await ground.port("nntp"), CLIENTS, "20", "QUIT"),
  };
  const web = new Traffic(await ground.port("www"), CLIENTS * 2);
  await web.more(100);
  for (const load of [web, ...Object.values(lines)]) load.longestGapMs = 0;
  await run(it);
  await Promise.all([web.more(100), ...Object.values(lines).map((load) => load.more(20))]);
  await Promise.all([web, ...Object.values(lines)].map((load) => load.end()));
  const row = (protocol: string, answered: number, flaws: readonly string[], gapMs: number): Row => ({
    while: what,
    protocol,
    answered,
    failed: flaws.length,
    "longest gap ms": Math.round(gapMs),
  });
  return [
    row("www", web.fresh + web.kept, web.flaws, web.longestGapMs),
    ...Object.entries(lines).map(([name, it]) => row(name, it.served, it.flaws, it.longestGapMs)),
  ];
}
