import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refusal } from "../../supervisor/operation.ts";
import type { UserAnswer } from "../../supervisor/operations/account-answers.ts";
import { refused } from "../testing/fake-program.ts";
import { START_MS } from "../testing/fake-world.ts";
import { run } from "../testing/run.ts";

const folder = mkdtempSync(join(tmpdir(), "inetsrv-user-"));
afterAll(() => rmSync(folder, { recursive: true }));
const changed = {
  revision: 3,
  changed: [{ path: "x", before: null, after: {} }],
  rehearsal: false,
  confirmUntilMs: null,
};

test("user add asks for the password twice without showing it, or reads it from standard input", async () => {
  const answers = { "user.add": changed };
  const typed = await run("user add Anna --groups staff,mail", { typed: ["correct horse", "correct horse"], answers });
  expect(typed.world.asked).toEqual(["The password of anna (not shown): (hidden)", "The same once more: (hidden)"]);
  expect(typed.program.calls[0]?.given).toEqual({
    who: "alice",
    name: "anna",
    groups: ["staff", "mail"],
    password: "correct horse",
  });
  const piped = await run("user add anna", { stdin: "correct horse\n", answers });
  expect(piped.program.calls[0]?.given).toEqual({ who: "alice", name: "anna", password: "correct horse" });
  expect(piped.out).not.toContain("correct horse");
  const none = await run("user add anna --no-password", { typed: [], answers });
  expect([none.world.asked, none.program.calls[0]?.given]).toEqual([[], { who: "alice", name: "anna" }]);
});

test("no verb takes a password as a word, or repeats one that was typed there", async () => {
  for (const line of ["user add anna hunter2", "user passwd anna hunter2", "user passwd anna --password hunter2"]) {
    const { code, out, err, program } = await run(line, { stdin: "x" });
    expect([line, code, program.calls]).toEqual([line, 2, []]);
    expect(out + err).not.toContain("hunter2");
  }
});

test("user passwd sets one for a device, makes one that is shown once, or takes one away", async () => {
  const answers = { "user.password": { ...changed, password: "aaaaa-bbbbb-ccccc-ddddd" } };
  const made = await run("user passwd anna --label printer-3 --expires 90d --generate", { typed: [], answers });
  expect(made.program.calls[0]?.given).toEqual({
    who: "alice",
    name: "anna",
    label: "printer-3",
    generate: true,
    expires: "90d",
  });
  expect(made.out).toBe(
    "The password printer-3 of anna is set.\n\nThe password, shown this once and stored nowhere:\n\n  aaaaa-bbbbb-ccccc-ddddd\n",
  );
  const gone = await run("user passwd anna --remove", { typed: [], answers: { "user.password": changed } });
  expect(gone.program.calls[0]?.given).toEqual({ who: "alice", name: "anna", label: "main", remove: true });
  expect(gone.out).toBe("The password main of anna is taken away.\n");
});

const anna: UserAnswer = {
  name: "anna",
  fullName: "Anna Of The Hill",
  enabled: true,
  certificateNames: ["anna@example.org"],
  groups: ["staff"],
  grants: [
    { grant: "relay smtp/default", of: "user anna" },
    { grant: "read *", of: "group staff" },
  ],
  passwords: [
    { label: "main", hash: "argon2id", scram: true, createdMs: START_MS, expiresMs: null, expired: false },
    { label: "phone", hash: "bcrypt", scram: false, createdMs: null, expiresMs: START_MS, expired: true },
  ],
};

test("user show and user list fit the terminal", async () => {
  const { out } = await run("user show anna", { width: 60, answers: { "user.show": anna } });
  expect(out.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "YYYY-MM-DD hh:mm:ss")).toBe(`anna, Anna Of The Hill
State         enabled
Groups        staff
Certificates  anna@example.org

May                 As
relay smtp/default  user anna
read *              group staff

Password  main
Hash      argon2id, SCRAM
Since     YYYY-MM-DD hh:mm:ss

Password  phone
Hash      bcrypt
Until     expired YYYY-MM-DD hh:mm:ss
`);
  const summary = { name: "anna", fullName: "", enabled: false, groups: [], passwords: 1, grants: ["log-in *"] };
  const list = await run("user list", { width: 80, answers: { "user.list": [summary] } });
  expect(list.out).toBe("User  State     Passwords  May\nanna  disabled          1  log-in *\n");
  expect((await run("user list", { answers: { "user.list": [] } })).out).toContain("inetsrv user add NAME");
});

test("user allow and deny tell what is so afterwards, and user may why", async () => {
  const deny = await run("user deny anna read ftp", {
    answers: { "user.deny": { ...changed, had: true, still: "group staff has read *" } },
  });
  expect(deny.out).toBe("user anna has no longer read ftp.\nThe right is there still, as group staff has read *.\n");
  const allow = await run("group allow staff relay smtp/default", {
    answers: { "group.allow": { ...changed, had: false, still: null } },
  });
  expect(allow.program.calls[0]?.given).toEqual({
    who: "alice",
    name: "staff",
    right: "relay",
    place: "smtp/default",
  });
  expect(allow.out).toBe("group staff has relay smtp/default.\n");
  const may = await run("user may anna relay smtp", {
    answers: { "user.may": { allowed: false, enabled: true, because: "no grant gives relay at smtp" } },
  });
  expect([may.code, may.out]).toEqual([4, "No: no grant gives relay at smtp.\n"]);
  expect((await run("user allow anna fly smtp", {})).code).toBe(2);
});

test("user import sends the list, and tells the lines that were not taken", async () => {
  writeFileSync(join(folder, "users"), "anna:x\n");
  const answer = {
    format: "htpasswd",
    added: 2,
    replaced: 0,
    groups: ["staff"],
    skipped: [{ line: 3, because: "it has no colon" }],
    skippedBeyond: 0,
    revision: 9,
  };
  const { code, out, program } = await run("user import users --replace", {
    workingFolder: folder,
    answers: { "user.import": answer },
  });
  expect(program.calls[0]?.given).toEqual({ who: "alice", text: "anna:x\n", replace: true });
  expect([code, out]).toEqual([
    6,
    "Read as htpasswd: 2 users added. Revision 9.\nGroups made for it, allowed nothing yet: staff\n\n1 line not taken:\nLine  Why\n   3  it has no colon\n",
  ]);
  const tried = await run("user import - --dry-run --format csv", {
    stdin: "name\n",
    answers: { "user.import": { ...answer, skipped: [] } },
  });
  expect(tried.program.calls[0]?.given).toEqual({ who: "alice", text: "name\n", format: "csv", rehearse: true });
  expect([tried.code, tried.out.split("\n")[0]]).toEqual([0, "Read as htpasswd: 2 users would be added."]);
});

test("user blocks and unblock need a server that runs", async () => {
  const blocked = { of: "address", name: "192.0.2.7", untilMs: START_MS, failures: 10 };
  const blocks = await run("user blocks", { answers: { "user.blocks": [blocked] } });
  expect(blocks.out).toMatch(/192\.0\.2\.7 +\d{4}-/);
  expect((await run("user blocks", { answers: { "user.blocks": [] } })).out).toBe("Nobody is blocked.\n");
  expect((await run("user blocks", { online: false })).code).toBe(3);
  const lifted = await run("user unblock 192.0.2.7", { answers: { "user.unblock": { lifted: [blocked] } } });
  expect(lifted.out).toBe("The address 192.0.2.7 may log in again.\n");
});

test("a refusal is told as it is", async () => {
  const answers = { "user.remove": refused(refusal("unknown", 'There is no user ana (did you mean "anna"?)')) };
  const { code, err } = await run("user remove ana", { answers });
  expect([code, err]).toEqual([4, 'There is no user ana (did you mean "anna"?)\n']);
});

test("groups are listed with members and rights, and users put into them", async () => {
  const group = { name: "staff", title: "", members: ["anna", "bert"], grants: ["read *"] };
  const { out } = await run("group list", { width: 80, answers: { "group.list": [group] } });
  expect(out).toBe("Group  Members     May\nstaff  anna, bert  read *\n");
  const join = await run("group join staff anna bert", { answers: { "group.join": changed } });
  expect(join.program.calls[0]?.given).toEqual({ who: "alice", name: "staff", users: ["anna", "bert"] });
  expect(join.out).toBe("anna, bert are in staff.\n");
});
