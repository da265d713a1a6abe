// The corners of a succession: a manager above, faults of the other release, both servers killed, no server at all.
import { expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { eventually } from "./eventually.ts";
import { LineLoad } from "./line-load.ts";
import { Manager } from "./manager.ts";
import { alive, familyOf } from "./processes.ts";
import type { Plant } from "./releases.ts";
import { pick, pickSite } from "./server.ts";
import { greeting, Session } from "./session.ts";
import { activate, onTrial, stage, supervisors, whole } from "./stage.ts";

const LIMIT_MS = 120_000;

test(
  "a manager hears which process goes on, and the one that it started ends",
  async () => {
    await using it = await stage({ services: ["smtp"] });
    const { ground, first } = it;
    await ground.program.must("down");
    using manager = new Manager(ground.program.folder, { WATCHDOG_USEC: "1000000" });
    await ground.restart({ command: first, environment: manager.environment });
    const port = await ground.port("smtp");
    // It hears all the time, as its socket holds little.
    using _hearing = everySoOften(() => manager.listen());
    expect(await activate(it, "1s")).toMatchObject({ code: exitCodes.done });
    const pid = (await ground.server.status())?.pid ?? 0;
    // Nobody else ends it when this test fails.
    using _end = { [Symbol.dispose]: () => void (alive(pid) && process.kill(pid, "SIGKILL")) };
    await manager.until(`MAINPID=${pid}`);
    expect(await ground.server.child.exited).toBe(exitCodes.done);
    expect(await greeting(port)).toStartWith("220 ");
    const lives = manager.listen().length;
    await eventually("it says that it lives", () => manager.listen().slice(lives).includes("WATCHDOG=1"));
    process.kill(pid, "SIGTERM");
    await manager.until("STOPPING=1");
    await eventually("it has ended", () => !alive(pid));
  },
  LIMIT_MS,
);

function everySoOften(run: () => void): Disposable {
  const timer = setInterval(run, 50);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const endsOnTrial: Plant = {
  file: "src/supervisor/succession/succeeding.ts",
  find: 'this.link.send({ name: "taker.home.serves"',
  put: 'setTimeout(() => process.exit(7), 300);\n    this.link.send({ name: "taker.home.serves"',
};

test(
  "a new supervisor that ends while on trial is followed by the old one; what was stopped by hand stays so throughout",
  async () => {
    const sites = { second: { bindings: ["127.0.0.1:0"] } };
    await using it = await stage({ services: ["smtp", "nntp"], document: { smtp: { sites } } }, endsOnTrial);
    const { ground } = it;
    await ground.program.must("stop", "nntp");
    await ground.program.must("stop", "smtp/second");
    const smtp = new LineLoad(await ground.port("smtp"), 2, "220 ", "QUIT");
    const { code, err } = await activate(it, "60s");
    expect([code, whole(err)]).toEqual([exitCodes.failed, expect.stringContaining("it ended with code 7")]);
    await smtp.more(20);
    await smtp.end();
    // One that it was serving at that moment may be lost with it.
    expect(smtp.flaws.filter((flaw) => !flaw.startsWith("no greeting"))).toEqual([]);
    const status = await ground.server.status();
    expect([status?.version, pick(status, "nntp").state]).toEqual(["1.0.0", "stopped"]);
    expect(pickSite(pick(status, "smtp"), "second").state).toBe("stopped");
  },
  LIMIT_MS,
);

const preparesLate: Plant = {
  file: "src/supervisor/up.ts",
  find: 'link.send({ name: "taker.release.prepared"',
  put: 'await Bun.sleep(2000);\n  link.send({ name: "taker.release.prepared"',
};

test(
  "a server that is told to end while another release gets ready goes on to its end, and no trial is begun",
  async () => {
    await using it = await stage({ services: ["smtp"] }, preparesLate);
    const { ground } = it;
    using mail = await Session.open(await ground.port("smtp"));
    expect(await mail.line()).toStartWith("220 ");
    for (const line of ["HELO client.example", "MAIL FROM:<ada@house.example>"])
      expect(await mail.ask(line)).toStartWith("250 ");
    const activated = activate(it, "60s");
    await eventually("it gets ready", () => supervisors(it).length === 2);
    ground.server.child.kill("SIGTERM");
    const { code, err } = await activated;
    expect([code, whole(err)]).toEqual([exitCodes.failed, expect.stringContaining("the server is ending")]);
    expect(existsSync(join(ground.program.home, "releases", "trial.json"))).toBe(false);
    mail.say("QUIT");
    expect((await ground.server.ended()).code).toBe(exitCodes.done);
  },
  LIMIT_MS,
);

const opensLate: Plant = {
  file: "src/supervisor/up.ts",
  find: "const { from, to, asked, events, trialMs } = take;",
  put: "await Bun.sleep(60_000);\n  const { from, to, asked, events, trialMs } = take;",
};

test(
  "a server that is told to end while the home is on its way ends, though it has to take the home back for that",
  async () => {
    await using it = await stage({ services: ["smtp"] }, opensLate);
    const { ground } = it;
    const activated = activate(it, "60s");
    await eventually("the home is on its way", () => existsSync(join(ground.program.home, "releases", "trial.json")));
    await eventually(
      "nobody answers for it",
      async () => !existsSync(join(ground.program.home, "run", "control.sock")),
    );
    ground.server.child.kill("SIGTERM");
    expect((await ground.server.ended()).code).toBe(exitCodes.done);
    expect((await activated).code).toBe(exitCodes.failed);
    expect(existsSync(join(ground.program.home, "releases", "trial.json"))).toBe(false);
  },
  LIMIT_MS,
);

const hangs: Plant = {
  file: "src/supervisor/succession/succeeding.ts",
  find: 'this.link.send({ name: "taker.home.serves"',
  put: 'setTimeout(() => { for (;;) if (Date.now() < 0) break; }, 300);\n    this.link.send({ name: "taker.home.serves"',
};

test(
  "a new supervisor that hangs is ended, and the old one goes on",
  async () => {
    await using it = await stage({ services: ["smtp"] }, hangs);
    const smtp = new LineLoad(await it.ground.port("smtp"), 2, "220 ", "QUIT");
    const { code, err } = await activate(it, "60s");
    expect([code, whole(err)]).toEqual([exitCodes.failed, expect.stringContaining("signal SIGKILL ended it")]);
    await smtp.more(10);
    await smtp.end();
    expect((await it.ground.server.status())?.version).toBe("1.0.0");
  },
  LIMIT_MS,
);

test(
  "while a release is on trial another up is told who has the home, and the next start after both were killed is clean",
  async () => {
    await using it = await stage({ services: ["smtp"] });
    const { ground, first } = it;
    const activated = activate(it, "60s");
    const { pid } = await onTrial(it);
    const up = await ground.program.runWith({ command: first }, "up");
    expect([up.code, whole(up.err)]).toEqual([exitCodes.conflict, expect.stringContaining(`process ${pid}`)]);
    const second = await activate(it, "1s", "1.0.0");
    expect(second.code).toBe(exitCodes.conflict);
    const family = familyOf(ground.server.pid);
    ground.server.child.kill("SIGKILL");
    process.kill(pid, "SIGKILL");
    await activated;
    await eventually("nothing is left", () => !family.some(alive));
    await ground.restart({ command: first });
    expect((await ground.event(1056)).object.name).toBe("1.1.0");
    expect(existsSync(join(ground.program.home, "releases", "trial.json"))).toBe(false);
    expect(await greeting(await ground.port("smtp"))).toStartWith("220 ");
  },
  LIMIT_MS,
);

test(
  "a release that is not there, or cannot read the data, is refused by name with the command, and nothing has happened",
  async () => {
    await using it = await stage({ services: ["smtp"] });
    const { ground, releases } = it;
    releases.make("0.9.0");
    releases.writes("0.9.0", { metabase: { writes: 0, reads: [0] }, spool: { writes: 2, reads: [1, 2] } });
    const missing = await activate(it, "1s", "7.7.7");
    expect([missing.code, whole(missing.err)]).toEqual([exitCodes.failed, expect.stringContaining("7.7.7")]);
    const older = await activate(it, "1s", "0.9.0");
    expect(whole(older.err)).toContain("it reads the metabase in format 0, and 1.0.0 has written format 1");
    expect(whole(older.err)).toContain("inetsrv formats --write metabase=0,spool=2");
    expect((await ground.server.status())?.version).toBe("1.0.0");
    expect((await ground.program.run("status")).code).toBe(exitCodes.done);
  },
  LIMIT_MS,
);

test(
  "without a server a release is tried on a copy, and is the one that the next start takes",
  async () => {
    await using it = await stage({ services: ["smtp"] });
    const { ground, releases, first } = it;
    await ground.program.must("down");
    const broken = releases.make("1.2.0", {
      file: "src/metabase/open-metabase.ts",
      find: "export async function openMetabase",
      put: 'throw new Error("planted");\nexport async function openMetabase',
    });
    expect(broken.length).toBe(2);
    const ran = { command: first };
    const refused = await ground.program.runWith(ran, "release", "activate", "1.2.0", "--yes");
    expect([refused.code, whole(refused.err)]).toEqual([
      exitCodes.failed,
      expect.stringContaining("it does not open a copy of the configuration"),
    ]);
    expect(releases.current).toBeUndefined();
    const done = await ground.program.runWith(ran, "release", "activate", "1.1.0", "--yes");
    expect([done.code, releases.current]).toEqual([exitCodes.done, "1.1.0"]);
    const back = await ground.program.runWith(ran, "release", "rollback", "--yes");
    expect([back.code, releases.current]).toEqual([exitCodes.done, "1.0.0"]);
  },
  LIMIT_MS,
);

test("typed by hand, succeed ends at once and says what to type", async () => {
  await using it = await stage({ services: ["smtp"] });
  const { code, err } = await it.ground.program.run("succeed");
  expect([code, whole(err)]).toEqual([exitCodes.failed, expect.stringContaining("inetsrv release activate VERSION")]);
});

/** Stands for the verb that writes data in another format: it takes note of what it was asked for. */
const notesFormats: Plant = {
  file: "src/trial-main.ts",
  find: "process.exit(await",
  put: `if (process.argv.includes("formats")) {
  const home = process.argv[process.argv.indexOf("--home") + 1];
  renameSync(join(home, "releases", "trial.json"), join(home, "releases", "trial.json")); // it is there still
  mkdirSync(join(home, "asked", process.argv.slice(process.argv.indexOf("formats")).join(" ")), { recursive: true });
  process.exit(0);
}
process.exit(await`,
};
const newer = { metabase: { writes: 2, reads: [1, 2] }, spool: { writes: 3, reads: [1, 2, 3] } };

test(
  "data of another format is brought back by the release that has written it, in a trial and at a start after both were killed",
  async () => {
    await using it = await stage({ services: ["smtp"] }, notesFormats);
    const { ground, releases, first } = it;
    releases.writes("1.1.0", newer);
    const asked = join(ground.program.home, "asked", "formats --write metabase=1,spool=2");
    const smtp = new LineLoad(await ground.port("smtp"), 2, "220 ", "QUIT");
    const activated = activate(it, "60s");
    await onTrial(it);
    expect(existsSync(asked)).toBe(false);
    await smtp.more(10);
    await ground.program.run("release", "rollback", "--yes");
    expect((await activated).code).toBe(exitCodes.failed);
    expect(existsSync(asked)).toBe(true);
    expect((await ground.server.status())?.version).toBe("1.0.0");
    await smtp.more(10);
    await smtp.end();
    expect(smtp.flaws).toEqual([]);

    rmSync(asked, { recursive: true });
    const again = activate(it, "60s");
    const { pid } = await onTrial(it);
    const family = familyOf(ground.server.pid);
    for (const one of [ground.server.pid, pid]) process.kill(one, "SIGKILL");
    await again;
    await eventually("nothing is left", () => !family.some(alive));
    await ground.restart({ command: first });
    expect(existsSync(asked)).toBe(true);
    expect(await greeting(await ground.port("smtp"))).toStartWith("220 ");
  },
  LIMIT_MS,
);

test(
  "a server that is told to end while on trial ends in order, and the next start is of the release before",
  async () => {
    await using it = await stage({ services: ["smtp"] });
    const { ground, first } = it;
    const activated = activate(it, "60s");
    await onTrial(it);
    await ground.program.must("down");
    expect((await activated).code).toBe(exitCodes.failed);
    expect((await ground.server.ended()).code).toBe(exitCodes.done);
    await ground.restart({ command: first });
    expect((await ground.server.status())?.version).toBe("1.0.0");
    expect((await ground.event(1056)).object.name).toBe("1.1.0");
    expect(await ground.events(1003)).toEqual([]);
  },
  LIMIT_MS,
);
