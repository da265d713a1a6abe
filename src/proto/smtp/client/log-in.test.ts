import { expect, test } from "bun:test";
import { type Credentials, logIn } from "./log-in.ts";
import { clientFinal, clientFirst, provesItself } from "./scram-client.ts";
import { heardText } from "./talk.ts";
import { play } from "./testing/play.ts";

const credentials: Credentials = { account: "user", password: "pencil", nonce: "rOprNGfwEbeRWgbNEkqO", inClear: false };
const base64 = (text: string) => Buffer.from(text).toString("base64");
const go = (offered: readonly string[], replies: readonly string[], more: Partial<Credentials> = {}, secure = true) => {
  const { result, said, shown } = play(logIn({ ...credentials, ...more }, offered, secure), { replies });
  return { said, shown, outcome: result.is === "in" ? result.mechanism : heardText(result.heard) };
};

test("PLAIN in one line, and no secret in a log", () => {
  const { said, shown, outcome } = go(["PLAIN"], ["235 in"]);
  expect(said).toEqual([`AUTH PLAIN ${base64("\0user\0pencil")}`]);
  expect(shown).toEqual(["AUTH PLAIN ***"]);
  expect(outcome).toBe("PLAIN");
});

test("PLAIN of a server that asks for it", () => {
  const { said, shown } = go(["PLAIN"], ["334 ", "235 in"]);
  expect(said[1]).toBe(base64("\0user\0pencil"));
  expect(shown).toEqual(["AUTH PLAIN ***", "***"]);
});

test("LOGIN, whatever words the server asks in", () => {
  const { said, shown, outcome } = go(["LOGIN"], [`334 ${base64("User Name\0")}`, "334 UGFzc3dvcmQ6", "235 in"]);
  expect(said).toEqual(["AUTH LOGIN", base64("user"), base64("pencil")]);
  expect(shown).toEqual(["AUTH LOGIN", "***", "***"]);
  expect(outcome).toBe("LOGIN");
});

test("CRAM-MD5 as RFC 2195 §2 shows it", () => {
  const challenge = "<1896.697170952@postoffice.reston.mci.net>";
  const tim = { account: "tim", password: "tanstaaftanstaaf" };
  const { said, outcome } = go(["CRAM-MD5"], [`334 ${base64(challenge)}`, "235 in"], tim);
  expect(said[1]).toBe(base64("tim b913a602c7eda7a495b4e6e7334d3890"));
  expect(outcome).toBe("CRAM-MD5");
});

const serverFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
const proof =
  "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const signature = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

test("SCRAM-SHA-256 as RFC 7677 §3 shows it", () => {
  const { said, outcome } = go(["SCRAM-SHA-256"], [`334 ${base64(serverFirst)}`, `334 ${base64(signature)}`, "235 in"]);
  expect(said).toEqual([`AUTH SCRAM-SHA-256 ${base64("n,,n=user,r=rOprNGfwEbeRWgbNEkqO")}`, base64(proof), ""]);
  expect(outcome).toBe("SCRAM-SHA-256");
});

test("a server that cannot prove itself is told nothing more, and gets no password instead", () => {
  const offered = ["SCRAM-SHA-256", "PLAIN"];
  const lying = go(offered, [`334 ${base64(serverFirst)}`, `334 ${base64(`${signature.slice(0, -3)}AA=`)}`, "501 ok"]);
  expect(lying.said.at(-1)).toBe("*");
  expect(lying.outcome).toContain("did not prove");
  const lazy = go(offered, [`334 ${base64(serverFirst)}`, "235 in"]);
  expect(lazy.outcome).toContain("did not prove");
  for (const bad of [
    "",
    "r=x,s=AA==,i=4096",
    serverFirst.replace("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", ""),
    serverFirst.replace("4096", "1"),
    serverFirst.replace("4096", "99999999"),
  ])
    expect(go(offered, [`334 ${base64(bad)}`, "501 ok"]).outcome).toContain("cannot go on");
});

test("names with comma and equals sign are written as SCRAM wants", () => {
  expect(clientFirst({ account: "a,b=c", password: "x", nonce: "n" })).toBe("n,,n=a=2Cb=3Dc,r=n");
  const final = clientFinal({ account: "user", password: "pencil", nonce: credentials.nonce }, serverFirst);
  if (!final.ok) throw new Error(final.error);
  expect(final.value.message).toBe(proof);
  expect([provesItself(signature, final.value), provesItself("v=x", final.value)]).toEqual([true, false]);
});

test("EXTERNAL where the certificate says it all", () => {
  const certificate = { account: "", password: undefined };
  expect(go(["PLAIN", "EXTERNAL"], ["235 in"], certificate)).toMatchObject({
    said: ["AUTH EXTERNAL ="],
    outcome: "EXTERNAL",
  });
  expect(go(["PLAIN"], [], certificate).outcome).toContain("no login that can be used here, but PLAIN");
});

test("the best is taken first, and in clear no password is told", () => {
  const all = ["LOGIN", "PLAIN", "CRAM-MD5", "SCRAM-SHA-256"];
  expect(go(all, []).said[0]).toStartWith("AUTH SCRAM-SHA-256 ");
  expect(go(["CRAM-MD5", "LOGIN", "PLAIN"], []).said[0]).toStartWith("AUTH PLAIN ");
  expect(go(["CRAM-MD5", "PLAIN"], [], {}, false).said[0]).toBe("AUTH CRAM-MD5");
  expect(go(["PLAIN", "LOGIN"], [], {}, false)).toMatchObject({
    said: [],
    outcome: "The server takes a password, but the connection is in clear",
  });
  expect(go(["PLAIN"], ["235 in"], { inClear: true }, false).outcome).toBe("PLAIN");
  expect(go([], []).outcome).toContain("none at all");
});

test("another mechanism is tried where that is to blame, and none where the password or the moment is", () => {
  expect(go(["PLAIN", "LOGIN"], ["504 no", "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 in"]).outcome).toBe("LOGIN");
  expect(go(["PLAIN", "LOGIN"], ["535 5.7.8 wrong"])).toMatchObject({
    said: [`AUTH PLAIN ${base64("\0user\0pencil")}`],
    outcome: "535 5.7.8 wrong",
  });
  expect(go(["PLAIN", "LOGIN"], ["454 later"]).outcome).toBe("454 later");
  expect(go(["PLAIN", "LOGIN"], []).outcome).toBe("The connection is gone");
});
