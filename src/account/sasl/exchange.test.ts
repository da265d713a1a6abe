import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { makeScramSecret, provesPassword, serverSignature } from "../hash/scram-secret.ts";
import type { Claim, From, Login, Verdict, Welcome } from "../login.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import {
  mechanisms,
  offeredMechanisms,
  RESPONSE_LENGTH_MAX,
  SaslExchange,
  type SaslOptions,
  type Step,
} from "./exchange.ts";

const welcome: Welcome = { is: "welcome", account: "tim", groups: [], may: () => true };
const wrong: Verdict = { is: "wrong", waitedMs: 0 };
const tls: From = { address: "192.0.2.1", secure: true, trace: "t" };
const clear: From = { ...tls, secure: false };

// RFC 7677 §3 has these salt, iterations, password and nonces.
const secret = await makeScramSecret("pencil", "W22ZaJ0SNY7soEsUEjb6gQ==", 4096);

/** A door that knows tim with "tanstaaftanstaaf" (RFC 4616 §4) and user with "pencil". */
function door(claims: Claim[] = []): Login {
  const verify = async (claim: Claim): Promise<Verdict> => {
    claims.push(claim);
    if (claim.by === "token") return { is: "unavailable", because: "no tokens" };
    return claim.by === "password" && claim.account === "tim" && claim.password === "tanstaaftanstaaf"
      ? welcome
      : wrong;
  };
  return {
    verify,
    verifyCached: verify,
    offersScram: true,
    takesPassword: ({ secure }) => secure,
    scram: async (account) => ({
      salt: secret.salt,
      iterations: secret.iterations,
      prove: async (authMessage, proof) =>
        account === "user" && provesPassword(secret, authMessage, proof)
          ? {
              is: "proved",
              verdict: { ...welcome, account },
              serverSignature: serverSignature(secret, authMessage),
            }
          : { is: "failed", verdict: { is: "wrong", waitedMs: 0 } },
    }),
  };
}

const options = (more: Partial<SaslOptions> = {}): SaslOptions => ({
  login: door(),
  from: tls,
  nonce: () => "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
  finalData: "with-success",
  ...more,
});
const b64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");

/** The whole conversation: the client's texts, in clear; what the last one led to. */
async function talk(word: string, texts: readonly string[], more: Partial<SaslOptions> = {}): Promise<Step> {
  const exchange = new SaslExchange(word, options(more));
  let step = await exchange.start(undefined);
  for (const text of texts) step = await exchange.take(b64(text));
  return step;
}

describe("PLAIN", () => {
  test("takes the example of the RFC, with the response at once or asked for", async () => {
    const text = "\0tim\0tanstaaftanstaaf";
    expect(await talk("PLAIN", [text])).toEqual({ is: "done", verdict: welcome, text: undefined });
    expect(await new SaslExchange("plain", options()).start(b64(text))).toMatchObject({ is: "done" });
    expect(await talk("PLAIN", ["Ursel\0tim\0tanstaaftanstaaf"])).toMatchObject({ verdict: { is: "not-allowed" } });
    expect(await talk("PLAIN", ["TIM\0tim\0tanstaaftanstaaf"])).toMatchObject({ is: "done" });
    expect(await talk("PLAIN", ["\0tim\0wrong"])).toEqual({ is: "refused", verdict: wrong });
  });

  test("refuses what it does not say, and asks nobody then", async () => {
    const claims: Claim[] = [];
    const login = door(claims);
    for (const text of ["", "tim", "\0tim", "\0\0x", "\0tim\0", "\0tim\0a\0b"])
      expect((await talk("PLAIN", [text], { login })).is).toBe("malformed");
    const exchange = new SaslExchange("PLAIN", options({ login }));
    await exchange.start(undefined);
    expect((await exchange.take(Buffer.from([0, 0xff, 0, 0x61]).toString("base64"))).is).toBe("malformed");
    expect(claims).toEqual([]);
  });
});

test("LOGIN asks for name and password, and takes the name at once where a client sends it so", async () => {
  const exchange = new SaslExchange("LOGIN", options());
  expect(await exchange.start(undefined)).toEqual({ is: "challenge", text: b64("Username:") });
  expect(await exchange.take(b64("tim"))).toEqual({ is: "challenge", text: b64("Password:") });
  expect(await exchange.take(b64("tanstaaftanstaaf"))).toMatchObject({ is: "done" });
  const outlook = new SaslExchange("LOGIN", options());
  expect(await outlook.start(b64("tim"))).toEqual({ is: "challenge", text: b64("Password:") });
});

describe("SCRAM-SHA-256", () => {
  const first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
  const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  const final = `c=biws,r=${nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`;
  const last = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

  test("speaks the example of RFC 7677 word by word", async () => {
    const exchange = new SaslExchange("SCRAM-SHA-256", options());
    expect(await exchange.start(b64(first))).toEqual({
      is: "challenge",
      text: b64(`r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`),
    });
    expect(await exchange.take(b64(final))).toMatchObject({
      is: "done",
      text: b64(last),
      verdict: { account: "user" },
    });
  });

  test("gives its last words as a challenge where success has no room for them", async () => {
    const exchange = new SaslExchange("SCRAM-SHA-256", options({ finalData: "as-challenge" }));
    await exchange.start(b64(first));
    expect(await exchange.take(b64(final))).toEqual({ is: "challenge", text: b64(last) });
    expect(await exchange.take("")).toMatchObject({ is: "done", text: undefined });
    const other = new SaslExchange("SCRAM-SHA-256", options({ finalData: "as-challenge" }));
    await other.start(b64(first));
    await other.take(b64(final));
    expect((await other.take(b64("x"))).is).toBe("malformed");
  });

  test("a proof by another password, or for another account, is wrong", async () => {
    expect(await talk("SCRAM-SHA-256", [first, final.replace("dHzb", "dHzc")])).toMatchObject({ is: "refused" });
    expect(await talk("SCRAM-SHA-256", [first.replace("user", "anna"), final])).toMatchObject({ is: "refused" });
  });

  test("refuses channel binding that is not there, changed headers, other nonces and names that are not written right", async () => {
    const refusals: readonly (readonly string[])[] = [
      ["p=tls-unique,,n=user,r=abc"],
      ["x,,n=user,r=abc"],
      ["n,,m=ext,n=user,r=abc"],
      ["n,,n=us=er,r=abc"],
      ["n,,n=us=2cer,r=abc"],
      ["n,,n=,r=abc"],
      ["n,,n=user"],
      ["n,,n=user,r="],
      ["n=user,r=abc"],
      [""],
      [first, final.replace("biws", "eSws")],
      [first, final.replace(nonce, `${nonce}x`)],
      [first, final.replace(nonce, "rOprNGfwEbeRWgbNEkqO")],
      [first, `c=biws,r=${nonce}`],
      [first, `${final},x=y`],
    ];
    for (const texts of refusals)
      expect([texts, (await talk("SCRAM-SHA-256", texts)).is]).toEqual([texts, "malformed"]);
    expect(await talk("SCRAM-SHA-256", ["n,a=other,n=user,r=abc"])).toMatchObject({ verdict: { is: "not-allowed" } });
    expect((await talk("SCRAM-SHA-256", ["y,a=user,n=user,r=abc"])).is).toBe("challenge");
    expect((await talk("SCRAM-SHA-256", ["n,,n=a=2Cb=3Dc,r=abc,z=extension"])).is).toBe("challenge");
  });
});

test("tokens are read and answered as not available, after the word that the client waits for", async () => {
  const claims: Claim[] = [];
  const login = door(claims);
  const bearer = "n,a=tim,\x01host=x\x01auth=Bearer abc.def==\x01\x01";
  for (const [word, text] of [
    ["OAUTHBEARER", bearer],
    ["XOAUTH2", "user=tim\x01auth=Bearer abc.def==\x01\x01"],
  ] as const) {
    expect((await talk(word, [text], { login })).is).toBe("challenge");
    expect(await talk(word, [text, "\x01"], { login })).toMatchObject({
      is: "refused",
      verdict: { is: "unavailable" },
    });
    expect((await talk(word, ["x"])).is).toBe("malformed");
  }
  expect(claims[0]).toEqual({ by: "token", account: "tim", token: "abc.def==" });
});

test("nothing that tells a password is offered in clear, or taken", async () => {
  expect(offeredMechanisms(door(), tls)).toEqual(["SCRAM-SHA-256", "PLAIN", "LOGIN"]);
  expect(offeredMechanisms(door(), clear)).toEqual(["SCRAM-SHA-256"]);
  expect(offeredMechanisms({ ...door(), offersScram: false }, tls)).toEqual(["PLAIN", "LOGIN"]);
  for (const word of ["PLAIN", "LOGIN", "OAUTHBEARER", "XOAUTH2"])
    expect(await new SaslExchange(word, options({ from: clear })).start(b64("\0tim\0x"))).toEqual({
      is: "encrypt-first",
    });
  expect(await new SaslExchange("CRAM-MD5", options()).start(undefined)).toEqual({ is: "unknown" });
});

test("a star cancels, an equals sign is an empty response, and base64 is taken strictly and up to a length", async () => {
  const answered = async (line: string) => {
    const exchange = new SaslExchange("PLAIN", options());
    await exchange.start(undefined);
    return (await exchange.take(line)).is;
  };
  expect(await answered("*")).toBe("cancelled");
  for (const line of ["A", "AB", "AB=", "AB==C", "A B=", "AB==\r", "====", "-_==", "AB==AB=="])
    expect([line, await answered(line)]).toEqual([line, "malformed"]);
  expect(await answered("A".repeat(RESPONSE_LENGTH_MAX + 4))).toBe("malformed");
  expect((await new SaslExchange("PLAIN", options()).start("=")).is).toBe("malformed");
  const exchange = new SaslExchange("PLAIN", options());
  await exchange.start(undefined);
  await exchange.take("*");
  expect((await exchange.take(b64("\0tim\0tanstaaftanstaaf"))).is).toBe("malformed");
});

test("base64 of any bytes is read back, and no other text is", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(Buffer.from(decodeBase64(Buffer.from(bytes).toString("base64")) ?? [1, 2, 3])).toEqual(Buffer.from(bytes));
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const bytes = decodeBase64(text);
      if (bytes !== undefined) expect(Buffer.from(bytes).toString("base64")).toBe(text);
    }),
  );
  expect(decodeBase64("QQ==")).toEqual(Buffer.from("A"));
  expect(decodeBase64("QR==")).toBeUndefined();
  expect(encodeBase64("A")).toBe("QQ==");
});

test("whatever lines come, no mechanism throws, and none lets anybody in", async () => {
  const word = fc.constantFrom(...mechanisms.map((it) => it.name));
  const line = fc.oneof(
    fc.string(),
    fc.string().map(b64),
    fc.uint8Array().map((it) => Buffer.from(it).toString("base64")),
  );
  await fc.assert(
    fc.asyncProperty(word, fc.option(line), fc.array(line, { maxLength: 4 }), async (name, initial, lines) => {
      const exchange = new SaslExchange(name, options());
      const steps = [await exchange.start(initial ?? undefined)];
      for (const it of lines) steps.push(await exchange.take(it));
      expect(steps.map((it) => it.is)).not.toContain("done");
    }),
  );
});
