import { expect, test } from "bun:test";
import { about, fault } from "../../base/fault.ts";
import { bad, good } from "../../base/result.ts";
import { refusal } from "../../supervisor/operation.ts";
import { refused } from "../testing/fake-program.ts";
import { run } from "../testing/run.ts";
import { portTaken, server, service, site, worker } from "../testing/statuses.ts";

test("init shows the recovery key once, with what it is for, and --json gives it as data", async () => {
  const { code, out } = await run("init --home h", { width: 80 });
  expect(code).toBe(0);
  expect(out).toBe(`Made the home /srv/h

The recovery key, shown this once and stored nowhere:

  AGE-SECRET-KEY-1EXAMPLE

Keep it away from this machine, on paper or in a password safe. When the machine
key in keys/ is lost or broken, this key alone brings the secrets back: inetsrv
keys recover

Next: inetsrv up
`);
  const data = JSON.parse((await run("init --json")).out);
  expect(data).toEqual({ home: "/srv/home", recoveryKey: "AGE-SECRET-KEY-1EXAMPLE" });
});

test("init on a home that exists is refused with the way out", async () => {
  const exists = fault(about("home", "/srv/home"), "Cannot make /srv/home", "it is there", "Start it: inetsrv up");
  const { code, out, err } = await run("init", { overrides: { init: async () => bad(exists) } });
  expect([code, out]).toEqual([1, ""]);
  expect(err).toBe("Cannot make /srv/home\n  it is there\n  -> Start it: inetsrv up\n");
});

test("a failure whose sentence does not name its object gets the name in front", async () => {
  const unnamed = fault(about("key", "keys/machine.key"), "Cannot seal", "it is missing", "inetsrv keys recover");
  const { err } = await run("init", { overrides: { init: async () => bad(unnamed) } });
  expect(err.split("\n")[0]).toBe("key keys/machine.key: Cannot seal");
});

test("up shows a new home, every address, and how to end it, and hands on the exit code", async () => {
  const { code, out } = await run("up --init", {
    width: 80,
    overrides: {
      async up(home, { init }, hooks) {
        expect(init).toBe(true);
        hooks.created({ home: home.root, recoveryKey: "AGE-SECRET-KEY-1EXAMPLE" });
        hooks.started(
          server([service("smtp"), service("www", { sites: [site("default", { addresses: ["[::]:8080"] })] })]),
        );
        return 6;
      },
    },
  });
  expect(code).toBe(6);
  expect(out).toContain("  AGE-SECRET-KEY-1EXAMPLE\n");
  expect(out).toContain("All services running.\n");
  expect(out).toContain("smtp/default  running  127.0.0.1:2525");
  expect(out).toContain("www/default   running  [::]:8080");
  expect(out).toEndWith("Home /srv/日本 inet/home, revision 12. It ends with Ctrl-C or: inetsrv down\n");
});

test("up that cannot start says why on stderr", async () => {
  const taken = fault(
    about("home", "/srv/home"),
    "Cannot start a server on /srv/home",
    "process 812 serves it",
    "inetsrv status",
  );
  const { code, err } = await run("up", {
    overrides: {
      async up(_home, _options, hooks) {
        hooks.failed(taken);
        return 5;
      },
    },
  });
  expect([code, err]).toEqual([
    5,
    "Cannot start a server on /srv/home\n  process 812 serves it\n  -> inetsrv status\n",
  ]);
});

const draining = server([service("smtp", { state: "draining", workers: [worker({ waitingFor: "2 messages" })] })]);

test("down waits until the server and its process are gone, and says what for", async () => {
  let asked = 0;
  let alive = 3;
  const { code, out, err } = await run("down", {
    online: () => asked++ < 4,
    alive: () => alive-- > 0,
    answers: { "server.down": {}, "status.show": draining },
  });
  expect(code).toBe(0);
  expect(err).toBe("Waiting for smtp: 2 messages\n");
  expect(out).toBe("The server has ended, after 1s.\n");
});

test("down that waits too long says what is left, and that it goes on", async () => {
  const { code, out } = await run("down --wait-limit 1s", { answers: { "server.down": {}, "status.show": draining } });
  expect([code, out]).toEqual([1, "The server is ending and waits for smtp: 2 messages. See: inetsrv status\n"]);
});

test("what is waited for is one line on a terminal, and a line every five seconds in a file", async () => {
  let asked = 0;
  const status = () =>
    server([service("smtp", { state: "draining", workers: [worker({ waitingFor: `${asked++} messages` })] })]);
  const answers = { "server.down": {}, "status.show": status };
  const file = await run("down --wait-limit 11s", { answers });
  expect(file.err.split("\n")).toEqual([
    "Waiting for smtp: 1 messages",
    "Waiting for smtp: 26 messages",
    "Waiting for smtp: 51 messages",
    "",
  ]);
  const screen = await run("down --wait-limit 1s", { answers, width: 80 });
  expect(screen.err).not.toContain("\n");
  expect(screen.err).toEndWith("messages\r\u001b[K");
});

test("down of a server that dies before it can answer is done", async () => {
  let asked = 0;
  const answers = {
    "server.down": refused(refusal("unavailable", "The server did not answer")),
    "status.show": draining,
  };
  expect((await run("down", { online: () => asked++ < 1, answers })).code).toBe(0);
});

test("down where no server runs has nothing to do", async () => {
  const { code, out, program } = await run("down", { online: false });
  expect([code, out]).toEqual([0, "No server is running on /srv/home; there is nothing to do.\n"]);
  expect(program.calls).toEqual([]);
});

test("start waits for the result and shows it", async () => {
  const states = ["starting", "starting", "running"] as const;
  let at = 0;
  const status = () => server([service("smtp", { state: states[Math.min(at++, 2)] ?? "running" })]);
  const answers = { "service.start": { state: "starting", was: "stopped" }, "status.show": status };
  const { code, out, err, program } = await run("start smtp", { width: 80, answers });
  expect(code).toBe(0);
  expect(program.calls[0]).toEqual({ operation: "service.start", given: { service: "smtp", who: "alice" } });
  expect(err).toBe("\r\u001b[KWaiting for smtp, which is starting\r\u001b[K");
  expect(out).toStartWith("Name          State    Addresses        Since  Conns    CPU  Memory\nsmtp          running");
});

test("a site is named behind its service, and the others are not shown", async () => {
  const smtp = service("smtp", { sites: [site("default"), site("a/b", { state: "stopped", addresses: [] })] });
  const answers = { "service.stop": { state: "stopped", was: "running" }, "status.show": server([smtp]) };
  const { code, out, program } = await run("stop smtp/a/b", { answers });
  expect(code).toBe(0);
  expect(program.calls[0]?.given).toEqual({ service: "smtp", site: "a/b", who: "alice" });
  expect(out).toContain("smtp/a/b");
  expect(out).not.toContain("smtp/default");
});

test("all is every service", async () => {
  const answers = { "service.restart": {}, "status.show": server([service("smtp"), service("www")]) };
  const { program } = await run("restart all", { answers });
  const asked = program.calls.filter((it) => it.operation === "service.restart");
  expect(asked.map((it) => it.given.service)).toEqual(["smtp", "www"]);
});

test("what did not become what was wanted is told with its reason and another exit code", async () => {
  const failed = service("smtp", {
    state: "failed",
    workers: [],
    sites: [site("default", { state: "failed", faults: [portTaken] })],
  });
  const answers = { "service.start": {}, "status.show": server([failed]) };
  const { code, out } = await run("start smtp", { answers });
  expect(code).toBe(6);
  expect(out).toContain("  -> Stop it, or set smtp/sites/second/bindings\n");
  const starting = server([service("smtp", { state: "starting" })]);
  expect((await run("start smtp", { answers: { ...answers, "status.show": starting } })).code).toBe(1);
});

test.each(["start smtp", "status", "config get smtp/idleTimeout"])(
  "%s with no home and no server ends with its own code",
  async (line) => {
    const missing = fault(
      about("home", "/srv/home"),
      "Cannot open /srv/home",
      "there is none",
      "Make it: inetsrv init",
    );
    const { code } = await run(line, { online: false, broken: { is: "broken", fault: missing } });
    expect(code).toBe(line.startsWith("config") ? 1 : 3);
  },
);

test("a home that another command holds is a conflict", async () => {
  const held = fault(about("home", "/srv/home"), "Cannot use /srv/home", "process 812 holds it", "Wait for it");
  expect((await run("config history", { online: false, broken: { is: "busy", fault: held } })).code).toBe(5);
});

test("a home is found by --home, then INETSRV_HOME, then in the working folder", async () => {
  const homes: string[] = [];
  const init = async (home: { root: string }) => {
    homes.push(home.root);
    return good({ home: home.root, recoveryKey: "x" });
  };
  const environment = { INETSRV_HOME: "/other" };
  await run("init --home h", { overrides: { init }, environment });
  await run("init", { overrides: { init }, environment });
  await run("init", { overrides: { init } });
  expect(homes).toEqual(["/srv/h", "/other", "/srv/home"]);
});
