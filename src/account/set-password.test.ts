import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { generatePassword } from "./generate-password.ts";
import { acceptPassword } from "./set-password.ts";

const anna = { name: "anna@example.org", fullName: "Anna Of The Hill" };

test("a password is long enough, typable, and not the name of its user", () => {
  const accepted = (text: string) => {
    const result = acceptPassword(text, anna, 4);
    return result.ok ? result.value : `it ${result.error}`;
  };
  expect(accepted("corréct")).toBe("corréct");
  expect(accepted("corre\u0301ct")).toBe("corréct");
  expect(accepted("abc")).toContain("fewer than 4 characters");
  expect(accepted("🐎🐎🐎")).toContain("fewer than 4 characters");
  expect(accepted("ab\u0007cd")).toContain("cannot be typed");
  for (const name of ["ANNA@example.org", "anna", "anna of the hill"])
    expect(accepted(name)).toContain("name of its user");
  expect(accepted("x".repeat(1025))).toContain("longer than 1024 bytes");
});

test("a password that is made has twenty letters that look like no others, and never comes twice", () => {
  const made = Array.from({ length: 200 }, () => generatePassword(randomBytes));
  for (const it of made) expect(it).toMatch(/^([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}$/);
  expect(new Set(made).size).toBe(made.length);
  expect(generatePassword(() => new Uint8Array([255, 254, ...Array(20).fill(0)]))).toBe("aaaaa-aaaaa-aaaaa-aaaaa");
});
