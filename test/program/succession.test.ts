import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { MailQueue } from "../mail/mail-queue.ts";
import { idIn } from "../mail/submit.ts";
import { Download, sha256Of } from "./download.ts";
import { eventually } from "./eventually.ts";
import { PASSWORD } from "./ground.ts";
import { LineLoad } from "./line-load.ts";
import { Peer } from "./peer.ts";
import { alive, familyOf } from "./processes.ts";
import type { Plant } from "./releases.ts";
import { pick } from "./server.ts";
import { greeting, Session } from "./session.ts";
import { activate, commandOf, onTrial, stage, supervisors, whole } from "./stage.ts";
import { Traffic } from "./traffic.ts";

const LIMIT_MS = 120_000;

const crashingSmtp: Plant = {
  file: "src/smtp/service.ts",
  find: "export const smtpService",
  put: 'if (process.argv.includes("service") && process.argv.includes("smtp")) process.exit(9);\nexport const smtpService',
};

test(
  "a release takes over under load: nobody is refused or cut short, and what was open before goes on after",
  async () => {
    await using it = await stage({
      users: ["anna"],
      document: {
        account: { delayFirst: "0s" },
        smtp: { drainTimeout: "20s", sites: { default: { smartHost: "[127.0.0.1]:1", relay: ["relay 127.0.0.1"] } } },
        www: { drainTimeout: "20s" },
      },
    });
    const { ground } = it;
    const large = Buffer.alloc(8 * 1024 * 1024, "x");
    mkdirSync(join(ground.program.home, "content", "default"), { recursive: true });
    writeFileSync(join(ground.program.home, "content", "default", "large.bin"), large);
    const [www, smtp, ftp, nntp] = await Promise.all(
      (["www", "smtp", "ftp", "nntp"] as const).map((service) => ground.port(service)),
    );
    const traffic = new Traffic(www ?? 0, 6);
    const lines = [
      new LineLoad(smtp ?? 0, 2, "220 ", "QUIT"),
      new LineLoad(ftp ?? 0, 2, "220 ", "QUIT"),
      new LineLoad(nntp ?? 0, 2, "20", "QUIT"),
    ];
    await traffic.more(50);
    using download = await Download.begin(
      await Peer.open(www ?? 0),
      "GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n",
    );
    using login = await Session.open(smtp ?? 0);
    expect(await login.line()).toStartWith("220 ");
    login.say("EHLO client.example");
    for (let line = ""; !line.startsWith("250 "); ) line = await login.line();
    expect(await login.ask("AUTH LOGIN")).toStartWith("334 ");

    using mail = await Session.open(smtp ?? 0);
    expect(await mail.line()).toStartWith("220 ");
    for (const line of ["HELO client.example", "MAIL FROM:<ada@house.example>", "RCPT TO:<bob@far.example>"])
      expect(await mail.ask(line)).toStartWith("250 ");
    expect(await mail.ask("DATA")).toStartWith("354 ");

    const activated = activate(it, "2s");
    await onTrial(it);
    // Its worker drains, and asks a server of the other release whether anna may log in.
    expect(await login.ask(Buffer.from("anna").toString("base64"))).toStartWith("334 ");
    expect(await login.ask(Buffer.from(PASSWORD).toString("base64"))).toStartWith("235 ");
    const taken = await mail.ask("Subject: over the switch\r\n\r\nKept.\r\n.");
    expect(taken).toStartWith("250 ");
    const { code, out } = await activated;
    expect([code, whole(out)]).toEqual([exitCodes.done, expect.stringContaining("release 1.1.0 serves")]);
    await traffic.more(100);
    await Promise.all(lines.map((load) => load.more(20)));
    await Promise.all([traffic.end(), ...lines.map((load) => load.end())]);
    expect([traffic.flaws, ...lines.map(({ flaws }) => flaws)]).toEqual([[], [], [], []]);
    const { ending, sha256 } = await download.rest();
    expect([ending, sha256]).toEqual(["whole", sha256Of(large)]);

    expect(it.releases.current).toBe("1.1.0");
    expect((await ground.server.status())?.version).toBe("1.1.0");
    await eventually("two processes besides workers", () => supervisors(it).length === 2);
    ground.server.child.kill("SIGTERM");
    expect((await ground.server.ended()).code).toBe(exitCodes.done);
    await using queue = await MailQueue.open(ground.program.home);
    expect((await queue.text(idIn(taken))).replaceAll("\r", "")).toEndWith("\n\nKept.\n");
  },
  LIMIT_MS,
);

test(
  "a release whose smtp worker crashes at its start goes back by itself, names it, and nobody notices",
  async () => {
    await using it = await stage({}, crashingSmtp);
    const { ground } = it;
    const traffic = new Traffic(await ground.port("www"), 6);
    const smtp = new LineLoad(await ground.port("smtp"), 2, "220 ", "QUIT");
    await traffic.more(50);
    const { code, out, err } = await activate(it, "30s");
    expect([code, whole(out + err)]).toEqual([
      exitCodes.failed,
      expect.stringContaining("has gone back to 1.0.0, as service smtp: it served before and is backing-off now"),
    ]);
    await Promise.all([traffic.more(50), smtp.more(20)]);
    await Promise.all([traffic.end(), smtp.end()]);
    expect([traffic.flaws, smtp.flaws]).toEqual([[], []]);
    const status = await ground.server.status();
    expect([status?.version, status?.pid, status?.trial]).toEqual(["1.0.0", ground.server.pid, null]);
    expect(pick(status, "smtp").state).toBe("running");
    const told = await ground.event(1054);
    expect([told.object.name, told.parameters.to]).toEqual(["1.1.0", "1.0.0"]);
    expect(it.releases.current).toBeUndefined();
    await eventually("the other one is gone", () => supervisors(it).length === 1);
  },
  LIMIT_MS,
);

/** One site of two, which the new release cannot open. */
const closedSite: Plant = {
  file: "src/nntp/engine.ts",
  find: "  openSite(input) {",
  put: '  openSite(input) {\n    if (input.name === "second") return { ok: false, error: fault(about("site", "nntp/sites/second"), "Cannot open", "planted", "None") };',
};

test(
  "a release that cannot open one site that served goes back, and names the site",
  async () => {
    const sites = { second: { bindings: ["127.0.0.1:0"] } };
    await using it = await stage({ services: ["nntp"], document: { nntp: { sites } } }, closedSite, {
      file: "src/nntp/engine.ts",
      find: "import ",
      put: 'import { about, fault } from "../base/fault.ts";\nimport ',
    });
    const { code, err } = await activate(it, "60s");
    expect([code, whole(err)]).toEqual([
      exitCodes.failed,
      expect.stringContaining("as site nntp/second: it served before"),
    ]);
    expect(await greeting(await it.ground.port("nntp", "second"))).toStartWith("20");
  },
  LIMIT_MS,
);

test(
  "a new supervisor that is killed while on trial is followed by the old one within a moment",
  async () => {
    await using it = await stage({ services: ["www", "smtp"] });
    const { ground } = it;
    const port = await ground.port("smtp");
    const activated = activate(it, "60s");
    const { pid } = await onTrial(it);
    process.kill(pid, "SIGKILL");
    // The sockets listen all the time: who comes now waits for an answer, and gets it. Who was taken by a worker of the one that
    // was killed, in the moment before it ended too, is lost with it.
    const first = await greeting(port);
    expect(first === "" ? await greeting(port) : first).toStartWith("220 ");
    const { code, err } = await activated;
    expect([code, whole(err)]).toEqual([exitCodes.failed, expect.stringContaining("signal SIGKILL ended it")]);
    const status = await ground.server.status();
    expect([status?.version, status?.pid]).toEqual(["1.0.0", ground.server.pid]);
    const traffic = new Traffic(await ground.port("www"), 2);
    await traffic.more(5);
    await traffic.end();
    expect(traffic.flaws).toEqual([]);
    expect((await ground.event(1054)).parameters.because).toContain("SIGKILL");
  },
  LIMIT_MS,
);

test(
  "when the one that stands by is killed nothing is left of the server, and the next start is of the old release",
  async () => {
    await using it = await stage({ services: ["www", "smtp"] });
    const { ground } = it;
    const activated = activate(it, "60s");
    await onTrial(it);
    const family = familyOf(ground.server.pid);
    ground.server.child.kill("SIGKILL");
    await eventually("all have ended", () => !family.some(alive));
    expect((await activated).code).toBe(exitCodes.failed);
    await ground.restart({ command: it.first });
    expect((await ground.server.status())?.version).toBe("1.0.0");
    expect((await ground.event(1056)).object.name).toBe("1.1.0");
    expect(await greeting(await ground.port("smtp"))).toStartWith("220 ");
    expect((await ground.program.run("status")).code).toBe(exitCodes.done);
  },
  LIMIT_MS,
);

test(
  "a rollback ends a trial at once; after three successions two processes are left besides workers",
  async () => {
    await using it = await stage({ services: ["smtp"] });
    const { ground } = it;
    const traffic = new LineLoad(await ground.port("smtp"), 2, "220 ", "QUIT");
    const activated = activate(it, "60s");
    await onTrial(it);
    const shown = whole((await ground.program.run("status")).out);
    expect(shown).toContain("on trial release 1.1.0 has");
    const back = await ground.program.run("release", "rollback", "--yes");
    expect([back.code, whole(back.out)]).toEqual([exitCodes.done, expect.stringContaining("release 1.0.0 serves")]);
    expect((await activated).code).toBe(exitCodes.failed);
    expect((await ground.server.status())?.version).toBe("1.0.0");

    for (const version of ["1.1.0", "1.0.0", "1.1.0"])
      expect(await activate(it, "1s", version)).toMatchObject({ code: exitCodes.done });
    await eventually(
      () => `two processes: ${supervisors(it).map(commandOf)}`,
      () => supervisors(it).length === 2,
    );
    expect((await ground.program.run("release", "rollback", "--trial", "1s", "--yes")).code).toBe(exitCodes.done);
    expect((await ground.server.status())?.version).toBe("1.0.0");
    await traffic.more(20);
    await traffic.end();
    expect(traffic.flaws).toEqual([]);
    // Also by force nothing outlives the process that was started first.
    const family = familyOf(ground.server.pid);
    ground.server.child.kill("SIGKILL");
    await eventually("nothing is left of the server", () => !family.some(alive));
  },
  LIMIT_MS,
);
