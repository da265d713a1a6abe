import { expect, test } from "bun:test";
import { about, fault } from "../../base/fault.ts";
import { START_MS } from "../testing/fake-world.ts";
import { run } from "../testing/run.ts";
import { portTaken, server, service, site } from "../testing/statuses.ts";

const well = server([service("smtp"), service("www")]);
const unwell = server(
  [
    service("smtp", {
      sites: [site("default"), site("second", { state: "failed", addresses: [], faults: [portTaken] })],
    }),
    service("www", { state: "backing-off", workers: [], nextTryMs: START_MS + 12_000 }),
    service("ftp", { state: "stopped", by: "alice", workers: [], sites: [] }),
  ],
  { pending: { revision: 13, untilMs: START_MS + 42_000, who: "bob" } },
);
/** The time zone of the machine is no matter of the test. */
const withoutClock = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "YYYY-MM-DD hh:mm:ss");

test("a server that is well says so in its first line and its exit code", async () => {
  const { code, out } = await run("status", { width: 80, answers: { "status.show": well } });
  expect(code).toBe(0);
  expect(withoutClock(out)).toBe(`All services running.

server    inetsrv 0.1.0, process 4711, 57 MiB, CPU 2s
home      /srv/日本 inet/home
since     YYYY-MM-DD hh:mm:ss (2h 11m)
revision  12

Name          State    Addresses        Since  Conns    CPU  Memory
smtp          running                  2h 10m     12  1m 3s  40 MiB
smtp/default  running  127.0.0.1:2525  2h 10m
www           running                  2h 10m     12  1m 3s  40 MiB
www/default   running  127.0.0.1:2525  2h 10m
`);
});

test("what is wrong comes with its reason and what to type, and the exit code tells a script", async () => {
  const { code, out } = await run("status", { width: 80, answers: { "status.show": unwell } });
  expect(code).toBe(6);
  expect(withoutClock(out)).toBe(`1 of 3 services running: www is backing off, ftp is stopped, trouble with
smtp/second.

server       inetsrv 0.1.0, process 4711, 57 MiB, CPU 2s
home         /srv/日本 inet/home
since        YYYY-MM-DD hh:mm:ss (2h 11m)
revision     12
unconfirmed  revision 13 by bob is taken back in 42s; keep it: inetsrv config
             confirm

Name          State        Addresses            Since  Conns    CPU  Memory
smtp          running                          2h 10m     12  1m 3s  40 MiB
smtp/default  running      127.0.0.1:2525      2h 10m
smtp/second   failed                           2h 10m
www           backing off  tried again in 12s  2h 10m
www/default   running      127.0.0.1:2525      2h 10m
ftp           stopped      by alice            2h 10m

What is wrong
smtp/second: Cannot listen on 0.0.0.0:25
  process 812 (master) holds the port
  -> Stop it, or set smtp/sites/second/bindings
What causes what, and what can be mended at once: inetsrv doctor
`);
});

test("on a narrow terminal columns leave and texts wrap", async () => {
  const { out } = await run("status", { width: 40, answers: { "status.show": unwell } });
  expect(Math.max(...out.split("\n").map((it) => Bun.stringWidth(it)))).toBeLessThanOrEqual(40);
  expect(out).toContain(`
Name          State        Addresses
smtp          running
smtp/default  running      127.0.0.1:
                           2525
smtp/second   failed
`);
});

test("where nobody looks a row is one line, whatever its length", async () => {
  const { out } = await run("status", { answers: { "status.show": unwell } });
  expect(out).toContain("unconfirmed  revision 13 by bob is taken back in 42s; keep it: inetsrv config confirm\n");
});

test("of ten thousand sites only those in trouble are listed, and --all lists every one", async () => {
  const sites = Array.from({ length: 10_000 }, (_, at) =>
    site(`s${at}`, at === 77 ? { state: "failed", faults: [portTaken] } : {}),
  );
  const answers = { "status.show": server([service("smtp", { sites })]) };
  const few = await run("status", { width: 80, answers });
  expect(few.out).toContain("All services running: trouble with smtp/s77.");
  expect(few.out).toContain("smtp/s77  failed         127.0.0.1:2525");
  expect(few.out).toContain("smtp/...  9,999 running  inetsrv status --all");
  expect(few.out.split("\n").length).toBeLessThan(20);
  const all = await run("status --all", { width: 80, answers });
  expect(all.out).toContain("smtp/s9999");
});

test("a stopped service is as somebody wanted it: said, and no failure", async () => {
  const status = server([service("smtp"), service("ftp", { state: "stopped", workers: [], sites: [] })]);
  const { code, out } = await run("status", { answers: { "status.show": status } });
  expect(code).toBe(0);
  expect(out).toStartWith("1 of 2 services running: ftp is stopped.\n");
});

test("the first line names what is not well, up to three and then how many more", async () => {
  const first = async (...services: Parameters<typeof server>) =>
    (await run("status", { answers: { "status.show": server(...services) } })).out.split("\n\n")[0]?.replace("\n", " ");
  expect(await first([service("smtp", { state: "degraded" })])).toBe("All services running: trouble with smtp.");
  const sites = Array.from({ length: 1234 }, (_, at) => site(`s${at}`, { state: "failed" }));
  expect(await first([service("smtp", { state: "degraded", sites })], { faults: [portTaken] })).toBe(
    "All services running: trouble with the server itself, smtp/s0, smtp/s1, 1,232 more.",
  );
});

test("sites that somebody stopped are counted in the first line, and no failure", async () => {
  const sites = [
    site("a"),
    site("b", { state: "stopped" }),
    site("c", { state: "stopped" }),
    site("d", { state: "paused" }),
  ];
  const { code, out } = await run("status", { answers: { "status.show": server([service("smtp", { sites })]) } });
  expect([code, out.split("\n")[0]]).toEqual([0, "All services running: 2 sites stopped, 1 site paused."]);
});

test("a server that is ending says so first, and how many it waits for", async () => {
  const draining = service("smtp", { state: "draining" });
  const answers = { "status.show": server([draining], { ending: true }) };
  const connections = draining.workers.reduce((sum, it) => sum + it.connections, 0);
  expect((await run("status", { answers })).out).toStartWith(
    `The server is ending: ${connections} connections may finish.\n`,
  );
});

test("without a server it says so, where the home was found, its revision, and what to type", async () => {
  const head = { revision: 12, atMs: START_MS, who: "bob", why: "", kind: "change", changes: 2, confirmUntilMs: null };
  const { code, out } = await run("status", { online: false, width: 80, answers: { "config.history": [head] } });
  expect(code).toBe(3);
  expect(withoutClock(out)).toBe(`No server is running.

home      /srv/home (from ./home, as neither --home nor INETSRV_HOME says
          otherwise)
revision  12, by bob YYYY-MM-DD hh:mm:ss

To start it: inetsrv up
`);
});

test("without a server and without a home the way out is told", async () => {
  const missing = fault(about("home", "/srv/home"), "Cannot open /srv/home", "there is none", "Make it: inetsrv init");
  const broken = { is: "broken", fault: missing } as const;
  const { code, out } = await run("status --home home", { online: false, broken });
  expect(code).toBe(3);
  expect(out).toContain("home  /srv/home (from --home)\n");
  expect(out).toEndWith("Cannot open /srv/home\n  there is none\n  -> Make it: inetsrv init\n");
});

test("--json is the data as the server gave it", async () => {
  const { out } = await run("status --json", { width: 80, colour: true, answers: { "status.show": unwell } });
  expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(unwell)));
});

test("colours are for terminals, and not with --no-color", async () => {
  const answers = { "status.show": well };
  expect((await run("status", { colour: true, answers })).out).toContain("\u001b[32mAll services running.\u001b[0m");
  expect((await run("status --no-color", { colour: true, answers })).out).not.toContain("\u001b");
});

test("a name from outside cannot move the cursor or forge a line", async () => {
  const status = server([service("smtp", { by: "eve\n\u001b[2J", state: "stopped", sites: [] })]);
  const { out } = await run("status", { colour: true, answers: { "status.show": status } });
  expect(out).toContain("\\x1b[2J");
  expect(out).not.toContain("\u001b[2J");
});
