import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { expectGood } from "../../base/result.ts";
import { hashWithArgon2id, recipeOf } from "./argon2id.ts";
import { decoyOf, readHash } from "./schemes.ts";
import { parseScramSecret, printScramSecret } from "./scram-secret.ts";

const PASSWORD = "Grüße, correct horse";
const has = (command: string): boolean => Bun.which(command) !== null;

function said(...words: readonly string[]): string {
  const ran = Bun.spawnSync([...words]);
  if (ran.exitCode !== 0) throw new Error(ran.stderr.toString());
  return ran.stdout.toString().trim();
}

async function fits(text: string, password: string): Promise<boolean> {
  const { scheme, recipe, salt, tag } = expectGood(readHash(text));
  return (await scheme.find(Buffer.from(password), recipe, salt, ["x", tag])) === 1;
}

const htpasswd = (...flags: readonly string[]) => said("htpasswd", ...flags, "anna", PASSWORD).replace(/^anna:/, "");

describe.skipIf(!has("openssl"))("what openssl hashes is verified", () => {
  for (const [flag, salt] of [
    ["-6", "abcdefghijklmnop"],
    ["-6", "a"],
    ["-5", "abcdefghijklmnop"],
    ["-5", "."],
    ["-1", "abcdefgh"],
    ["-apr1", "a"],
  ] as const)
    test(`passwd ${flag} with the salt ${salt}, for passwords of every length`, async () => {
      for (const password of ["a", PASSWORD, "0123456789abcdef", "x".repeat(33), "y".repeat(65), "z".repeat(100)]) {
        const text = said("openssl", "passwd", flag, "-salt", salt, password);
        expect([text, await fits(text, password)]).toEqual([text, true]);
        expect(await fits(text, `${password} `)).toBe(false);
      }
    });
});

describe.skipIf(!has("htpasswd"))("what htpasswd hashes is verified", () => {
  for (const flags of [["-nbB"], ["-nbB", "-C", "6"], ["-nbm"], ["-nbs"]] as const)
    test(flags.join(" "), async () => {
      const text = htpasswd(...flags);
      expect(await fits(text, PASSWORD)).toBe(true);
      expect(await fits(text, PASSWORD.toLowerCase())).toBe(false);
    });
});

test("rounds that are stated count, as the description of SHA crypt has it", async () => {
  const text =
    "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.";
  expect(await fits(text, "Hello world!")).toBe(true);
});

test("bcrypt looks at the first 72 bytes of a password, as every other bcrypt does", async () => {
  const long = "x".repeat(72);
  const text = await Bun.password.hash(long, { algorithm: "bcrypt", cost: 4 });
  expect(await fits(text, `${long}and more`)).toBe(true);
  expect(await fits(text, "x".repeat(71))).toBe(false);
});

test("argon2id is what other programs write and read", async () => {
  const recipe = recipeOf({ memoryKiB: 8192, passes: 1 });
  const ours = await hashWithArgon2id(Buffer.from(PASSWORD), recipe, "BwcHBwcHBwcHBwcHBwcHBw");
  expect(await Bun.password.verify(PASSWORD, ours)).toBe(true);
  const theirs = await Bun.password.hash(PASSWORD, { algorithm: "argon2id", memoryCost: 8192, timeCost: 1 });
  expect([await fits(theirs, PASSWORD), await fits(theirs, "x")]).toEqual([true, false]);
});

test("what cannot be verified, or costs more than a login may, is refused with what it is", () => {
  const because = (text: string) => {
    const read = readHash(text);
    return read.ok ? "taken" : read.error;
  };
  expect(because("$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7")).toContain("yescrypt");
  expect(because("rEK1ecacw.7.c")).toContain("DES");
  expect(because("{SSHA}x")).toContain("LDAP");
  expect(because("$2y$15$RLKNrqk0ljKwKpCd//MMPu4rVB1.H0d7PKIdLNP6R2iitzPfilzTu")).toContain("up to cost 14");
  expect(because(`$6$rounds=9999999$a$${"a".repeat(86)}`)).toContain("up to 700000 rounds");
  expect(because(`$argon2id$v=19$m=999999,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$${"A".repeat(43)}`)).toContain("dearer");
  for (const text of ["!", "*", "x", ""]) expect(because(text)).toContain("locked");
  expect(because("hello world")).toBe("no hash that is known here");
});

test("a decoy has the recipe of the hash it stands for, and no password fits", async () => {
  for (const text of [
    "$2y$04$RLKNrqk0ljKwKpCd//MMPu4rVB1.H0d7PKIdLNP6R2iitzPfilzTu",
    "$apr1$nkgucgX1$9FYXTg0LGlljQlKQhnTdv.",
    "$5$rounds=1000$abc$3xv.VbSCBX41eDL9L3voZredXQlDCl4Sd8JQZJnbNC/",
    "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",
    `$argon2id$v=19$m=8192,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$${"A".repeat(43)}`,
  ]) {
    const hash = expectGood(readHash(text));
    const { scheme, recipe, salt, tag } = decoyOf(hash);
    expect(recipe).toBe(hash.recipe);
    for (const password of ["", "secret"])
      expect(await scheme.find(Buffer.from(password), recipe, salt, [tag])).toBe(-1);
  }
});

test("no text throws, neither as a hash nor as a SCRAM secret", () => {
  const part = fc.constantFrom(
    "$",
    "6",
    "$2y$",
    "rounds=",
    "10",
    "argon2id",
    "v=19",
    "m=8,t=1,p=1",
    ":",
    "A",
    "{SHA}",
    "=",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(part).map((it) => it.join("")),
      ),
      (text) => {
        readHash(text);
        const secret = parseScramSecret(text);
        if (secret !== undefined) expect(printScramSecret(secret)).toBe(text);
      },
    ),
  );
});
