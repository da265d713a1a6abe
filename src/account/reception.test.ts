import { afterEach, beforeEach, expect, test } from "bun:test";
import { type AccountRig, accountRig } from "./testing/rig.ts";
import { scramClient } from "./testing/scram-client.ts";

const APR1 = "$apr1$nkgucgX1$"; // the recipe of it is $apr1$
let rig: AccountRig;
beforeEach(async () => {
  rig = await accountRig();
});
afterEach(() => rig[Symbol.asyncDispose]());

test("who has the password is welcome, with the rights of that site", async () => {
  await rig.change({ at: "account/groups/staff", create: { grants: ["relay smtp"] } });
  await rig.addUser("anna", { groups: ["staff"], grants: ["write ftp/default"] });
  await rig.setPassword("anna", "main", "correct horse");
  expect(await rig.password("Anna", "correct horse")).toEqual({
    is: "welcome",
    account: "anna",
    groups: ["staff"],
    rights: ["log-in", "relay"],
    signature: "",
  });
  expect(await rig.password("anna", "correct horse", { service: "ftp" })).toMatchObject({
    rights: ["log-in", "read", "write"],
  });
  expect(await rig.password("anna", "correct horsf")).toEqual({ is: "wrong", waitMs: 0 });
  expect(await rig.password("bert", "correct horse")).toEqual({ is: "wrong", waitMs: 0 });
});

test("each of several passwords lets in, until it expires or is taken away", async () => {
  await rig.addUser("anna");
  await rig.setPassword("anna", "phone", "password of phone");
  await rig.setPassword("anna", "laptop", "password of laptop");
  expect((await rig.password("anna", "password of phone")).is).toBe("welcome");
  expect((await rig.password("anna", "password of laptop")).is).toBe("welcome");
  await rig.change({ at: "account/users/anna/passwords/phone", set: { expires: "2026-01-02" } });
  expect((await rig.password("anna", "password of phone")).is).toBe("welcome");
  rig.clock.jump(86_400_000);
  expect(await rig.password("anna", "password of phone")).toMatchObject({
    is: "not-allowed",
    because: "the password has expired",
  });
  await rig.change({ at: "account/users/anna/passwords/laptop", remove: true });
  expect((await rig.password("anna", "password of laptop")).is).toBe("wrong");
});

test("an account that is disabled or has no grant there is told so only with the right password", async () => {
  await rig.addUser("anna", { enabled: false, grants: ["log-in *"] });
  await rig.addUser("bert", { grants: ["log-in ftp"] });
  for (const name of ["anna", "bert"]) await rig.setPassword(name, "main", "correct horse");
  expect(await rig.password("anna", "correct horse")).toMatchObject({ because: "the account is disabled" });
  expect(await rig.password("bert", "correct horse")).toMatchObject({
    is: "not-allowed",
    because: "no grant gives log-in at smtp/default",
  });
  expect((await rig.password("anna", "wrong")).is).toBe("wrong");
  expect(rig.reception.failures.blocks()).toEqual([]);
});

test("what is computed is the same for every account, whoever it is and whether it exists", async () => {
  await rig.addUser("anna");
  await rig.addUser("disabled", { enabled: false });
  await rig.addUser("expired");
  await rig.addUser("imported");
  await rig.addUser("empty");
  for (const label of ["a", "b", "c"]) await rig.setPassword("anna", label, `password ${label}`);
  await rig.setPassword("disabled", "main", "correct horse");
  await rig.setPassword("expired", "main", "correct horse");
  await rig.change(
    { at: "account/users/expired/passwords/main", set: { expires: "2020-01-01" } },
    {
      at: "account/users/imported/passwords/main",
      create: { foreign: { $hash: `${APR1}9FYXTg0LGlljQlKQhnTdv.` } },
    },
  );
  const counts = new Map<string, readonly string[]>();
  for (const name of ["anna", "disabled", "expired", "imported", "empty", "nobody", "no name: at all", ""]) {
    await rig.password(name, "wrong", { address: `192.0.2.${counts.size + 1}` });
    counts.set(name, rig.computed());
  }
  const house = rig.directory.hashRules.house.recipe;
  for (const [name, recipes] of counts) expect([name, recipes]).toEqual([name, [house, "$apr1$"]]);
});

test("a password longer than any may be, or one that nobody can type, costs the same and is wrong", async () => {
  await rig.addUser("anna");
  const long = "x".repeat(1024);
  await rig.setPassword("anna", "main", long);
  expect((await rig.password("anna", long)).is).toBe("welcome");
  expect((await rig.password("anna", `${long}y`)).is).toBe("wrong");
  expect((await rig.password("anna", "\u0007")).is).toBe("wrong");
  expect(rig.computed()).toHaveLength(3);
});

test("an imported hash lets in once, and is argon2id and SCRAM from then on", async () => {
  await rig.addUser("anna");
  await rig.change({
    at: "account/users/anna/passwords/main",
    create: { foreign: { $hash: "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=" } },
  });
  expect(rig.directory.offersScram).toBe(false);
  expect((await rig.password("anna", "secret")).is).toBe("welcome");
  await rig.renewal.settled();
  expect(rig.directory.offersScram).toBe(true);
  const [password] = rig.directory.find("anna")?.passwords ?? [];
  expect([password?.hash?.scheme.name, password?.scram?.iterations]).toEqual(["argon2id", 4096]);
  expect((await rig.password("anna", "secret")).is).toBe("welcome");
  expect(rig.metabase.head).toMatchObject({ who: "login" });
  expect(rig.told().map((it) => it.number)).toEqual([5130]);
});

test("passwords are hashed anew when the settings ask for more, and logins cost both until then", async () => {
  await rig.addUser("anna");
  for (const label of ["a", "b"]) await rig.setPassword("anna", label, `password ${label}`);
  await rig.change({ at: "account", set: { argon2Passes: 2 } });
  const [house] = rig.directory.price;
  expect([rig.directory.price.length, house?.recipe.recipe]).toEqual([2, "$argon2id$v=19$m=8192,t=2,p=1$"]);
  for (const label of ["a", "b"]) {
    expect((await rig.password("anna", `password ${label}`)).is).toBe("welcome");
    await rig.renewal.settled();
  }
  expect(rig.directory.price).toHaveLength(1);
  expect((await rig.password("anna", "password a")).is).toBe("welcome");
  const { scram } = rig.directory.find("anna")?.passwords[0] ?? {};
  expect(scram?.salt).toBe(rig.reception.scramTerms("anna").salt);
});

test("a password that is set while an old one is hashed anew stays the one that was set", async () => {
  await rig.addUser("anna");
  const path = "account/users/anna/passwords/main";
  await rig.change({ at: path, create: { foreign: { $hash: "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=" } } });
  await rig.password("anna", "secret");
  await rig.change({ at: path, set: { foreign: { $hash: `${APR1}9FYXTg0LGlljQlKQhnTdv.` } } });
  await rig.renewal.settled();
  expect(rig.directory.find("anna")?.passwords[0]?.hash?.recipe).toBe("$apr1$");
});

test("a login that was under way when the account was disabled, or its password changed, is not let in", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using slow = await accountRig(async (scheme, ...of) => {
    await promise;
    return scheme.find(...of);
  });
  for (const name of ["anna", "bert"]) {
    await slow.addUser(name);
    await slow.setPassword(name, "main", "correct horse");
  }
  const logins = ["anna", "bert"].map((it) => slow.password(it, "correct horse"));
  await slow.change({ at: "account/users/anna", set: { enabled: false } });
  await slow.change({ at: "account/users/bert/passwords/main", remove: true });
  resolve();
  expect((await Promise.all(logins)).map((it) => it.is)).toEqual(["not-allowed", "wrong"]);
});

test("failures lead to delays and a block that names its end; a stranger hears the same of a name that nobody has", async () => {
  await rig.addUser("anna");
  await rig.setPassword("anna", "main", "correct horse");
  for (const name of ["anna", "nobody"]) {
    const address = name === "anna" ? "192.0.2.7" : "192.0.2.8";
    const waits: unknown[] = [];
    for (let count = 0; count < 9; count++) {
      const answer = await rig.password(name, "wrong", { address });
      waits.push(answer.is === "wrong" ? answer.waitMs : answer);
    }
    expect(waits).toEqual([0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 30_000]);
    const blocked = { is: "blocked", untilMs: rig.clock.wallMs() + 900_000 } as const;
    expect(await rig.password(name, "wrong", { address })).toMatchObject(blocked);
    rig.computed();
    expect(await rig.password(name, "correct horse", { address })).toMatchObject(blocked);
    expect(rig.computed()).toEqual([]);
  }
  expect(rig.told().flatMap((it) => (it.number === 5110 ? [] : [it.number]))).toEqual([5100, 5100]);
  expect((await rig.password("anna", "correct horse")).is).toBe("welcome");
  rig.clock.advance(900_000);
  expect((await rig.password("anna", "correct horse", { address: "192.0.2.7" })).is).toBe("welcome");
});

test("who is on the allow list is neither delayed nor blocked, and harms no account", async () => {
  await rig.change({ at: "account", set: { allowList: ["198.51.100.0/25", "2001:db8::/33"] } });
  await rig.addUser("anna");
  for (let count = 0; count < 40; count++)
    for (const address of ["198.51.100.127", "2001:db8:7fff::1"])
      expect(await rig.password("anna", "wrong", { address })).toEqual({ is: "wrong", waitMs: 0 });
  expect(rig.reception.failures.blocks()).toEqual([]);
  expect(await rig.password("anna", "wrong", { address: "198.51.100.128" })).toEqual({ is: "wrong", waitMs: 0 });
});

test("no event repeats a name that nobody has: people type their password there", async () => {
  await rig.password("hunter2", "x");
  expect(rig.told().map((it) => it.sentence)).toEqual([
    "A login from 192.0.2.1 at smtp/default failed (t1): no account has that name.",
  ]);
});

test("too many at once are told to try later, and one address cannot take all the room", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using slow = await accountRig(() => promise.then(() => -1));
  await slow.change({ at: "account", set: { checksAtOnce: 1, checksWaitingMax: 8 } });
  const greedy = Array.from({ length: 5 }, () => slow.password("anna", "x"));
  const others = Array.from({ length: 8 }, (_, at) => slow.password("anna", "x", { address: `192.0.2.${at + 2}` }));
  const busy = await Promise.all([...greedy.slice(3), ...others.slice(6)]);
  expect(busy.map((it) => it.is)).toEqual(["busy", "busy", "busy", "busy"]);
  resolve();
  expect((await Promise.all([...greedy.slice(0, 3), ...others.slice(0, 6)])).map((it) => it.is)).not.toContain("busy");
  slow.clock.advance(60_000);
  expect(slow.told().find((it) => it.number === 5120)?.parameters.count).toBe(4);
});

test("a client certificate stands for the one account that names it", async () => {
  await rig.addUser("anna", { grants: ["log-in *"], certificateNames: ["Anna@example.org", "AB".repeat(32)] });
  await rig.addUser("bert", { grants: ["log-in *"], certificateNames: ["shared.example"] });
  await rig.addUser("carl", { grants: ["log-in *"], certificateNames: ["shared.example"] });
  const by = (...names: string[]) => rig.ask({ by: "certificate", names });
  expect(await by("anna@example.org")).toMatchObject({ is: "welcome", account: "anna" });
  expect(await by(Array(32).fill("ab").join(":"))).toMatchObject({ is: "welcome", account: "anna" });
  expect(await by("shared.example")).toMatchObject({ is: "not-allowed" });
  expect(await by("other.example")).toMatchObject({ is: "not-allowed" });
  await rig.change({ at: "account/users/carl", remove: true });
  expect(await by("shared.example")).toMatchObject({ is: "welcome", account: "bert" });
});

test("a grant at a service that there is not, or a site, is refused when it is written", async () => {
  const refused = async (grant: string) => {
    const edits = [{ at: "account/users/x", create: { grants: [grant] } }];
    const done = await rig.metabase.change({ edits, who: "test", why: "", dryRun: true });
    return !done.ok && done.error.is === "problems" ? done.error.problems.map((it) => it.path) : "taken";
  };
  expect(await refused("read fpt")).toEqual(["account/users/x/grants/0"]);
  expect(await refused("read ftp/defualt")).toEqual(["account/users/x/grants"]);
  expect(await refused("read ftp/default")).toBe("taken");
  await rig.addUser("anna", { grants: ["read ftp/default"] });
  const edits = [{ at: "ftp/sites/default", remove: true } as const];
  expect((await rig.metabase.change({ edits, who: "test", why: "" })).ok).toBe(false);
});

test("thousands of addresses that are blocked at once are a few lines in the event log and a number", async () => {
  const proof = { by: "known-wrong", account: "anna" } as const;
  for (let address = 0; address < 2000; address++)
    for (let count = 0; count < 10; count++) await rig.ask(proof, { address: `10.${address >> 8}.${address & 255}.1` });
  expect(rig.reception.failures.blocks().length).toBeGreaterThan(1);
  await rig.change({ at: "account", set: { blockAccountAfter: 100_000 } });
  rig.reception.failures.lift("anna");
  for (let address = 0; address < 2000; address++)
    for (let count = 0; count < 10; count++)
      await rig.ask(proof, { address: `10.9${address >> 8}.${address & 255}.1` });
  rig.clock.advance(60_000);
  const numbers = Map.groupBy(rig.told(), (it) => it.number);
  expect(numbers.get(5100)?.length).toBe(20 - (numbers.get(5101)?.length ?? 0));
  expect(numbers.get(5110)?.length).toBe(60);
  expect(numbers.get(5102)?.[0]?.parameters.count).toBeGreaterThan(1900);
  expect(numbers.get(5111)).toHaveLength(1);
});

test("a machine without memory for a hash says so once, and lets people try again later", async () => {
  await using broken = await accountRig(() => Promise.reject(new Error("no memory")));
  await broken.addUser("anna");
  for (let count = 0; count < 20; count++) expect(await broken.password("anna", "x")).toEqual({ is: "busy" });
  expect(broken.told().map((it) => it.sentence)).toEqual([
    "Passwords cannot be checked, so that nobody can log in: no memory.",
  ]);
});

test("SCRAM tells an account that is not there the same every time, and lets in by any of its passwords", async () => {
  await rig.addUser("anna");
  const before = rig.reception.scramTerms("anna");
  expect(rig.reception.scramTerms("Nobody")).toEqual(rig.reception.scramTerms("nobody"));
  expect(rig.reception.scramTerms("nobody").salt).not.toBe(before.salt);
  for (const label of ["a", "b"]) await rig.setPassword("anna", label, `password ${label}`);
  expect(rig.reception.scramTerms("anna")).toEqual(before);
  const prove = async (account: string, password: string) => {
    const { salt, iterations } = rig.reception.scramTerms(account);
    const { proof, serverSignature } = await scramClient(password, salt, iterations, "auth message");
    const answer = await rig.ask({ by: "scram", account, authMessage: "auth message", proof });
    return answer.is === "welcome" ? answer.signature === serverSignature : answer.is;
  };
  expect([await prove("anna", "password a"), await prove("anna", "password b")]).toEqual([true, true]);
  expect([await prove("anna", "password c"), await prove("nobody", "password a")]).toEqual(["wrong", "wrong"]);
});

test("two homes tell a stranger different salts for one name", async () => {
  await using other = await accountRig();
  expect(other.reception.scramTerms("nobody").salt).not.toBe(rig.reception.scramTerms("nobody").salt);
});
