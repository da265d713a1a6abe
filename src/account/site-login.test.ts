import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import type { Answer, Ask } from "./ask.ts";
import type { From } from "./login.ts";
import { LoginCache } from "./login-cache.ts";
import { type LoginLine, SiteLogin } from "./site-login.ts";

const tls: From = { address: "192.0.2.1", secure: true, trace: "t" };
const claim = { by: "password", account: "anna", password: "secret" } as const;
const right: Answer = { is: "welcome", account: "anna", groups: ["staff"], rights: ["log-in", "post"], signature: "" };

function rig(answer: (ask: Omit<Ask, "service">) => Answer, plainTextLogin = false) {
  const clock = new ManualClock();
  const asked: Omit<Ask, "service">[] = [];
  const line: LoginLine & { news: { generation: number; offersScram: boolean } } = {
    cache: new LoginCache(new Uint8Array(32), clock, 100),
    news: { generation: 1, offersScram: true },
    async ask(it) {
      asked.push(it);
      return { answer: answer(it), generation: 1 };
    },
    scram: async () => ({ salt: "AAAA", iterations: 4096 }),
  };
  return { clock, asked, line, login: new SiteLogin({ site: "default", line, clock, plainTextLogin }) };
}
const byOf = (asked: readonly Omit<Ask, "service">[]) => asked.map((it) => it.proof.by);

test("a verdict is ready to be answered: who has to wait has waited", async () => {
  const { clock, login } = rig(() => ({ is: "wrong", waitMs: 4000 }));
  let verdict: unknown;
  const asking = login.verify(claim, tls).then((it) => {
    verdict = it;
  });
  await new Promise<void>((resolve) => setImmediate(resolve));
  clock.advance(3999);
  await Promise.resolve();
  expect(verdict).toBeUndefined();
  clock.advance(1);
  await asking;
  expect(verdict).toEqual({ is: "wrong", waitedMs: 4000 });
});

test("rights and groups are those of the answer", async () => {
  const verdict = await rig(() => right).login.verify(claim, tls);
  expect(verdict).toMatchObject({ groups: ["staff"] });
  expect(verdict.is === "welcome" && [verdict.may("post"), verdict.may("relay")]).toEqual([true, false]);
});

test("a password in clear is refused and goes nowhere, but from this machine or where the site allows it", async () => {
  const { login, asked } = rig(() => right);
  const clear = { ...tls, secure: false };
  expect(await login.verify(claim, clear)).toMatchObject({ is: "not-allowed", account: undefined });
  expect(await login.verifyCached(claim, clear)).toMatchObject({ is: "not-allowed" });
  expect(asked).toEqual([]);
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
    expect(await login.verify(claim, { ...clear, address })).toMatchObject({ is: "welcome" });
  for (const address of ["128.0.0.1", "::2", "1::1", ""])
    expect(login.takesPassword({ ...clear, address })).toBe(false);
  expect(await rig(() => right, true).login.verify(claim, clear)).toMatchObject({ is: "welcome" });
});

test("a right login is remembered for a minute, at its site, from its address, and until accounts change", async () => {
  const { login, asked, clock, line } = rig(() => right);
  for (let count = 0; count < 5; count++) expect(await login.verifyCached(claim, tls)).toMatchObject({ is: "welcome" });
  expect(asked).toHaveLength(1);
  await login.verifyCached(claim, { ...tls, address: "192.0.2.2" });
  await login.verifyCached({ ...claim, password: "other" }, tls);
  expect(asked).toHaveLength(3);
  clock.advance(60_000);
  await login.verifyCached(claim, tls);
  expect(asked).toHaveLength(4);
  line.cache.clear();
  await login.verifyCached(claim, tls);
  expect(asked).toHaveLength(5);
});

test("a login that was decided before accounts changed is answered and not remembered", async () => {
  const { login, asked, line } = rig(() => {
    line.news = { generation: 2, offersScram: true };
    return right;
  });
  expect(await login.verifyCached(claim, tls)).toMatchObject({ is: "welcome" });
  await login.verifyCached(claim, tls);
  expect(asked).toHaveLength(2);
});

test("a wrong password in a loop is counted each time, and looked at once", async () => {
  const { login, asked, clock } = rig(() => ({ is: "wrong", waitMs: 0 }));
  for (let count = 0; count < 4; count++) expect(await login.verifyCached(claim, tls)).toMatchObject({ is: "wrong" });
  expect(byOf(asked)).toEqual(["password", "known-wrong", "known-wrong", "known-wrong"]);
  clock.advance(30_000);
  await login.verifyCached(claim, tls);
  expect(byOf(asked).at(-1)).toBe("password");
});

test("who may not log in is not asked for again, by whatever it was shown, until accounts change", async () => {
  const { login, asked, line } = rig(() => ({ is: "not-allowed", account: "anna", because: "b" }));
  const certificate = { by: "certificate", names: ["anna"] } as const;
  for (const it of [claim, certificate, claim, certificate])
    expect(await login.verifyCached(it, tls)).toMatchObject({ is: "not-allowed", account: "anna" });
  expect(byOf(asked)).toEqual(["password", "certificate"]);
  line.cache.clear();
  await login.verifyCached(certificate, { ...tls, secure: false });
  expect(byOf(asked)).toEqual(["password", "certificate", "certificate"]);
});

test("busy and blocked are remembered by nobody", async () => {
  const answers: Answer[] = [{ is: "busy" }, { is: "blocked", untilMs: 5, because: "b" }, right];
  const { login } = rig(() => answers.shift() ?? right);
  const verdicts = [1, 2, 3].map(() => login.verifyCached(claim, tls));
  expect((await verdicts[0])?.is).toBe("busy");
  expect((await login.verifyCached(claim, tls)).is).toBe("blocked");
  expect((await login.verifyCached(claim, tls)).is).toBe("welcome");
});

test("requests that come together are one login", async () => {
  const { login, asked } = rig(() => right);
  const verdicts = await Promise.all(Array.from({ length: 6 }, () => login.verifyCached(claim, tls)));
  expect(verdicts.map((it) => it.is)).toEqual(Array(6).fill("welcome"));
  expect(asked).toHaveLength(1);
});

test("what is too long to be anybody's is sent around no further, and counts as wrong", async () => {
  const { login, asked } = rig(() => ({ is: "wrong", waitMs: 0 }));
  await login.verify({ ...claim, password: "ü".repeat(600), account: "a".repeat(1000) }, tls);
  expect(asked[0]?.proof).toEqual({ by: "known-wrong", account: "a".repeat(256) });
  const offer = await login.scram("anna");
  await offer.prove("x".repeat(5000), new Uint8Array(32), tls);
  expect(byOf(asked).at(-1)).toBe("known-wrong");
});

test("a certificate is asked for by its names, and a token is not available", async () => {
  const { login, asked } = rig(() => right);
  expect(await login.verify({ by: "token", account: "anna", token: "x" }, tls)).toMatchObject({ is: "unavailable" });
  await login.verify({ by: "certificate", names: ["anna@example.org", "x".repeat(300)] }, tls);
  expect(asked.map((it) => it.proof)).toEqual([{ by: "certificate", names: ["anna@example.org"] }]);
});
