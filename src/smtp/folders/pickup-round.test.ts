// Looks through real folders: what is taken and how it arrives, what is left alone, and what a process that died or a
// spool that fails leaves behind.
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { bad, expectGood, good } from "../../base/result.ts";
import { lock } from "../../net/system/system-calls.ts";
import type { MailSpool } from "../../spool/spool.ts";
import { trouble } from "../../spool/trouble.ts";
import type { WriterProbe } from "./file-readiness.ts";
import { PickupWork } from "./pickup-work.ts";
import { folderRig, LETTER, NOW_MS } from "./testing/folder-rig.ts";

/** A system that does not say who writes, as with the files of another user. */
const unknown: WriterProbe = { isWritten: () => "unknown", isLocked: () => false };

describe("a file that is sent", () => {
  test("is gone from the folder, and arrives with what was missing and a trace of its way", async () => {
    await using rig = folderRig();
    rig.put("letter.txt");
    expect(await rig.round()).toBe(1);
    expect([rig.left(), rig.working()]).toEqual([[], []]);
    const [mail, ...others] = await rig.mail();
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      address: "anna@example.org",
      message: {
        envelope: { sender: "erp@plant.example", bodyKind: "7bit", smtpUtf8: false },
        source: { site: "smtp/sites/default", by: "pickup", trace: mail?.message.id },
        facts: { file: "letter.txt", messageId: `<${mail?.message.id}@mail.plant.example>`, subject: "" },
      },
    });
    expect(mail?.text).toMatch(
      /^Received: by mail\.plant\.example id \S+ for\r?\n? ?<anna@example\.org>;[\s\S]*From: erp@plant\.example\r\nTo: anna@example\.org\r\nDate: [\s\S]*Message-ID: <m00000001@mail\.plant\.example>\r\n\r\nHello\r\n$/,
    );
    expect(rig.told()).toEqual([]);
  });

  test("may have lone dots, LF alone and eight bits, and be larger than any piece", async () => {
    await using rig = folderRig();
    rig.put("a", `From: a@b.example\nTo: c@d.example\nBcc: e@f.example\n\n.\n..\n${"Grüße\n".repeat(40_000)}`);
    expect(await rig.round()).toBe(1);
    const [one, two] = await rig.mail();
    expect([one?.address, two?.address]).toEqual(["c@d.example", "e@f.example"]);
    expect(one?.message.envelope.bodyKind).toBe("8bitmime");
    expect(one?.text).not.toContain("Bcc");
    expect(one?.text).toContain(`\r\n\r\n.\r\n..\r\n${"Grüße\r\n".repeat(40_000)}`);
  });

  test("may be read-only, and its name need not be text", async () => {
    await using rig = folderRig();
    chmodSync(rig.put("read-only.eml"), 0o400);
    writeFileSync(Buffer.concat([Buffer.from(`${rig.pickup}/`), Buffer.of(0xdc, 0x62)]), LETTER);
    rig.clock.jump(Date.now() - NOW_MS + 60_000);
    expect(await rig.round()).toBe(2);
    expect([rig.left(), rig.working(), (await rig.mail()).length]).toEqual([[], [], 2]);
  });

  test("is one of thousands that lay there at the start", async () => {
    await using rig = folderRig();
    for (let n = 0; n < 1000; n++) rig.put(`${n}.eml`);
    expect(await rig.round()).toBe(1000);
    expect(new Set((await rig.mail()).map((it) => it.message.facts.file)).size).toBe(1000);
  });
});

describe("a file whose writer is not done", () => {
  test("is left while it is open for writing, however long ago the last byte came", async () => {
    await using rig = folderRig();
    const writer = openSync(rig.put("slow.eml"), "a");
    expect([await rig.round(), await rig.round()]).toEqual([0, 0]);
    writeSync(writer, "more\r\n");
    closeSync(writer);
    expect(await rig.round()).toBe(1);
    expect((await rig.mail())[0]?.text).toEndWith("Hello\r\nmore\r\n");
  });

  test("is left while it is locked", async () => {
    await using rig = folderRig();
    const locker = openSync(rig.put("locked.eml"), "r");
    expectGood(lock(locker));
    expect(await rig.round()).toBe(0);
    closeSync(locker);
    expect(await rig.round()).toBe(1);
  });

  test("is left until it has rested, where the system does not say, also when its time lies in the future", async () => {
    await using rig = folderRig({ probe: unknown });
    rig.put("new.eml", "From: a@b.example\r\n", 100);
    rig.put("copied.eml", LETTER, -86_400_000);
    expect(await rig.round()).toBe(0);
    rig.clock.advance(300);
    rig.put("new.eml", LETTER, 0);
    expect(await rig.round()).toBe(0);
    rig.clock.advance(300);
    expect(await rig.round()).toBe(1);
    expect(rig.left()).toEqual(["new.eml"]);
    rig.clock.advance(300);
    expect(await rig.round()).toBe(1);
  });

  test("is given ten seconds when it is empty, or has a name that will change", async () => {
    await using rig = folderRig();
    rig.put("empty.eml", "", 5000);
    rig.put("letter.TMP", LETTER, 5000);
    rig.put(".hidden", LETTER);
    expect(await rig.round()).toBe(0);
    rig.clock.advance(6000);
    expect(await rig.round()).toBe(2);
    expect(rig.left()).toEqual([".hidden"]);
    expect(rig.told().map((it) => [it.number, it.parameters.file])).toEqual([[6100, "empty.eml"]]);
  });

  test("may go on writing behind the rename: it waits among the claimed ones until it is done", async () => {
    const writes: (() => void)[] = [];
    await using rig = folderRig({ probe: unknown, spool: (spool) => writingWhile(spool, () => writes.pop()?.()) });
    const path = rig.put("quick.eml");
    const writer = openSync(path, "a");
    writes.push(() => writeSync(writer, "more\r\n"));
    expect(await rig.round()).toBe(0);
    expect([rig.left(), rig.working().length, (await rig.mail()).length]).toEqual([[], 1, 0]);
    closeSync(writer);
    rig.clock.jump(Date.now() - NOW_MS + 60_000);
    expect(await rig.round()).toBe(1);
    expect((await rig.mail()).map((it) => it.text?.slice(-13))).toEqual(["Hello\r\nmore\r\n"]);
    expect(rig.working()).toEqual([]);
  });
});

describe("what is not mail", () => {
  test("is passed over and told once; folders are nobody's matter", async () => {
    await using rig = folderRig();
    const outside = join(rig.root, "secret");
    writeFileSync(outside, LETTER);
    mkdirSync(join(rig.pickup, "folder"), { recursive: true });
    symlinkSync(outside, join(rig.pickup, "link.eml"));
    linkSync(outside, join(rig.pickup, "second.eml"));
    Bun.spawnSync(["mkfifo", join(rig.pickup, "pipe")]);
    expect([await rig.round(), await rig.round()]).toEqual([0, 0]);
    expect(await rig.mail()).toEqual([]);
    expect(rig.left()).toEqual(["folder", "link.eml", "pipe", "second.eml"]);
    expect(
      rig
        .told()
        .map((it) => `${it.number} ${it.parameters.file}: ${it.parameters.because}`)
        .sort(),
    ).toEqual([
      "6101 link.eml: it is a symbolic link",
      "6101 pipe: it is no ordinary file",
      "6101 second.eml: it has a second name somewhere (a hard link)",
    ]);
  });

  test("is told again when it had gone, and a hundred of them are enough", async () => {
    await using rig = folderRig();
    const link = join(rig.pickup, "link.eml");
    rig.put("x.eml");
    await rig.round();
    symlinkSync("x", link);
    await rig.round();
    rmSync(link);
    await rig.round();
    symlinkSync("x", link);
    await rig.round();
    expect(rig.told()).toHaveLength(2);
    for (let n = 0; n < 150; n++) symlinkSync("x", join(rig.pickup, `link-${n}`));
    await rig.round();
    expect(rig.told().length).toBeWithin(90, 101);
    for (let n = 0; n < 3; n++) await rig.round();
    expect(rig.told()).toEqual([]);
  });

  test("and cannot be sent goes to the bad mail with a reason that a person understands", async () => {
    await using rig = folderRig({ site: { rules: { ...folderRigRules, messageBytesMax: 500 } } });
    rig.put("a.eml", "To: anna@example.org\r\n\r\nHi\r\n");
    rig.put("b.eml", LETTER + "x".repeat(500));
    rig.put("c.eml", `${"Received: by x\r\n".repeat(16)}${LETTER}`);
    expect(await rig.round()).toBe(3);
    expect([rig.left(), rig.working(), await rig.mail()]).toEqual([[], [], []]);
    const files = readdirSync(rig.badmail).sort();
    expect(files.map((it) => it.slice(-4))).toEqual([
      ".BAD",
      ".BDP",
      ".BDR",
      ".BAD",
      ".BDP",
      ".BDR",
      ".BAD",
      ".BDP",
      ".BDR",
    ]);
    const reasons = files.filter((it) => it.endsWith(".BDR")).map((it) => readFileSync(join(rig.badmail, it), "utf8"));
    expect(reasons.map((it) => it.split("\r\n")[3]).sort()).toEqual([
      "The file has 556 bytes, and the site takes 500. Make it smaller, or raise the largest size of a message. The file was called b.eml.",
      "The file names no sender. Add a From: line, or begin the file with an x-sender: line. The file was called a.eml.",
      "The message has passed 16 servers, so it goes round in a circle. Look at its Received: lines for where it comes back. The file was called c.eml.",
    ]);
    expect(rig.told().map((it) => it.number)).toEqual([6100, 6100, 6100]);
  });
});

describe("a process that died", () => {
  test("before the commit: the file is sent by the next one", async () => {
    await using rig = folderRig();
    rig.put("x.eml");
    await rig.round();
    const claimed = join(rig.pickup, ".work", "m00000099.x.eml");
    writeFileSync(claimed, LETTER);
    rig.restart();
    rig.clock.jump(Date.now() - NOW_MS + 60_000);
    expect(await rig.round()).toBe(1);
    expect([(await rig.mail()).length, rig.working()]).toEqual([2, []]);
  });

  test("behind the commit: the file is removed and not sent again", async () => {
    await using rig = folderRig();
    rig.put("x.eml");
    await rig.round();
    const [mail] = await rig.mail();
    writeFileSync(join(rig.pickup, ".work", `${mail?.message.id}.x.eml`), LETTER);
    rig.restart();
    expect(await rig.round()).toBe(0);
    expect([(await rig.mail()).length, rig.working()]).toEqual([1, []]);
  });
});

describe("a spool that fails", () => {
  test("keeps nobody's mail: it waits, and is sent once when the spool has recovered", async () => {
    let isFailing = true;
    await using rig = folderRig({ spool: (spool) => committing(spool, () => isFailing) });
    for (const name of ["a", "b", "c"]) rig.put(name);
    expect(await rig.round()).toBe(0);
    expect([rig.left(), rig.working().length]).toEqual([[], 3]);
    expect(rig.told().map((it) => it.number)).toEqual([6105]);
    isFailing = false;
    expect(await rig.round()).toBe(3);
    expect((await rig.mail()).map((it) => it.message.facts.file).sort()).toEqual(["a", "b", "c"]);
    expect(rig.working()).toEqual([]);
  });

  test("and has no room claims nothing", async () => {
    await using rig = folderRig({
      spool: (spool) => over(spool, { room: () => ({ accepting: false, because: "0 MB are free" }) }),
    });
    rig.put("a");
    expect([await rig.round(), rig.left()]).toEqual([0, ["a"]]);
  });

  test("and cannot say whether it has a message neither sends nor removes it", async () => {
    await using rig = folderRig({
      spool: (spool) => over(spool, { story: async () => bad(trouble("held", "busy")) }),
    });
    await rig.round();
    writeFileSync(join(rig.pickup, ".work", "m00000099.x.eml"), LETTER);
    rig.clock.jump(Date.now() - NOW_MS + 60_000);
    expect([await rig.round(), rig.working()]).toEqual([0, ["m00000099.x.eml"]]);
  });
});

describe("the private folder", () => {
  test("is refused when somebody has laid a trap, or works there already", async () => {
    await using rig = folderRig();
    await rig.round();
    const again = await PickupWork.open(rig.pickup);
    expect(again).toMatchObject({ ok: false, error: { is: "held" } });
    rig.restart();
    renameSync(join(rig.pickup, ".work"), join(rig.root, "elsewhere"));
    symlinkSync(join(rig.root, "elsewhere"), join(rig.pickup, ".work"));
    expect(await PickupWork.open(rig.pickup)).toMatchObject({ ok: false, error: { is: "denied" } });
  });

  test("is for us alone, and a folder to which everybody writes is told", async () => {
    await using rig = folderRig();
    mkdirSync(join(rig.pickup, ".work"), { recursive: true, mode: 0o700 });
    chmodSync(join(rig.pickup, ".work"), 0o755);
    expect(await PickupWork.open(rig.pickup)).toMatchObject({ ok: false, error: { is: "denied" } });
    chmodSync(join(rig.pickup, ".work"), 0o700);
    chmodSync(rig.pickup, 0o1777);
    const opened = expectGood(await PickupWork.open(rig.pickup));
    expect(opened.isOpenToAll).toBe(true);
    opened.close();
  });
});

const folderRigRules = {
  defaultDomain: "plant.example",
  recipientsMax: 100,
  host: "mail.plant.example",
  messageBytesMax: null,
  hopsMax: 15,
};

/** The same spool with some answers of its own. */
const over = (spool: MailSpool, own: Partial<MailSpool>): MailSpool =>
  new Proxy(spool, {
    get: (target, name) => {
      const mine = own[name as keyof MailSpool];
      if (mine !== undefined) return mine;
      const it: unknown = Reflect.get(target, name);
      return typeof it === "function" ? it.bind(target) : it;
    },
  });

const committing = (spool: MailSpool, isFailing: () => boolean): MailSpool =>
  over(spool, {
    receive() {
      const incoming = spool.receive();
      const commit = incoming.commit.bind(incoming);
      return Object.assign(incoming, {
        commit: (message: Parameters<typeof commit>[0]) =>
          isFailing() ? Promise.resolve(bad(trouble("full", "the disk is full"))) : commit(message),
      });
    },
  });

/** Something happens while the first piece is written. */
const writingWhile = (spool: MailSpool, happen: () => void): MailSpool =>
  over(spool, {
    receive() {
      const incoming = spool.receive();
      const write = incoming.write.bind(incoming);
      return Object.assign(incoming, {
        async write(piece: Uint8Array) {
          happen();
          await write(piece);
          return good(undefined);
        },
      });
    },
  });
