import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { type AccountRig, accountRig } from "../account/testing/rig.ts";
import { systemClock } from "../base/clock.ts";
import { type Occurrence, reporter } from "../event/event.ts";
import { LoginDesk, type Logins } from "./login-desk.ts";
import { TestClient, TestServer } from "./testing/test-server.ts";

let rig: AccountRig;
let desk: LoginDesk;
let server: TestServer;
let client: TestClient;
const events: Occurrence[] = [];
const asked: string[] = [];

beforeAll(async () => {
  rig = await accountRig();
  await rig.change({ at: "account", set: { delayFirst: "0s" } });
  await rig.addUser("anna", { grants: ["post *"] });
  await rig.setPassword("anna", "main", "secret");
  desk = new LoginDesk(
    rig.metabase,
    systemClock,
    reporter("server", systemClock.wallMs, (it) => events.push(it)),
  );
  const logins: Logins = {
    news: () => desk.news(),
    answer(service, question) {
      if (question.name === "worker.login.ask") asked.push(String(question.proof.by));
      return desk.answer(service, question);
    },
  };
  server = new TestServer({ a: { bindings: ["127.0.0.1:0"] } }, {}, "test", undefined, logins);
  desk.onChange(() => server.supervisor.renewAccounts());
  await server.supervisor.start();
});
afterAll(async () => {
  await server.end();
  await desk.close();
  await rig[Symbol.asyncDispose]();
});
beforeEach(async () => {
  asked.splice(0);
  client = new TestClient(server.port("a"));
  await client.line();
});
afterEach(() => client.socket.destroy());

const say = (line: string) => {
  client.socket.write(line);
  return client.line();
};

test("a worker asks the supervisor, and gets a verdict with the rights of that site", async () => {
  expect(await say("login anna secret")).toBe("welcome post");
  expect(await say("login anna wrong")).toBe("wrong");
  expect(await say("login nobody secret")).toBe("wrong");
  expect(asked).toEqual(["password", "password", "password"]);
  const [first] = events.filter((it) => it.number === 5110);
  expect(first).toMatchObject({ object: { kind: "address", name: "127.0.0.1" } });
  expect(first?.parameters.place).toBe("unruly/a");
  expect(JSON.stringify(events)).not.toContain("secret");
});

test("what a worker remembers of a login is gone with the next change of an account", async () => {
  expect(await say("page anna secret")).toBe("welcome post");
  expect(await say("page anna secret")).toBe("welcome post");
  expect(asked).toHaveLength(1);
  await rig.change({ at: "account/users/anna", set: { grants: ["relay *"] } });
  expect(await say("page anna secret")).toBe("welcome relay");
  expect(asked).toHaveLength(2);
  await rig.change({ at: "account/users/anna", set: { enabled: false } });
  expect(await say("page anna secret")).toBe("not-allowed");
  await rig.change({ at: "account/users/anna", set: { enabled: true } });
});

test("blocks are shown and lifted, and who lifted them is told", async () => {
  for (let count = 0; count < 3; count++) await say("login anna wrong");
  expect(desk.blocks).toEqual([]);
  await rig.change({ at: "account", set: { blockAddressAfter: 1 } });
  expect(await say("login bert wrong")).toBe("blocked");
  expect(desk.blocks).toMatchObject([{ of: "address", name: "127.0.0.1" }]);
  expect(await say("login anna secret")).toBe("blocked");
  expect(desk.lift("127.0.0.1", "alice")).toHaveLength(1);
  expect(desk.lift("127.0.0.1", "alice")).toEqual([]);
  expect(await say("login anna secret")).toStartWith("welcome");
  expect(events.filter((it) => it.number === 5103)).toMatchObject([{ parameters: { who: "alice" } }]);
});

test("a question that cannot be read is a bug, and ends as one", async () => {
  const question = {
    name: "worker.login.ask",
    id: 1,
    site: "a",
    address: "x",
    trace: "t",
    proof: { by: "magic" },
  } as const;
  await expect(desk.answer("unruly", question)).rejects.toThrow("cannot be read");
});
