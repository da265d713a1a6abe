import { expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { expectGood } from "../../base/result.ts";
import { makePrivateKey, publicHalf, readPrivateKey, readPublicKey, signerOf, signText } from "./key.ts";

const key = expectGood(readPrivateKey(makePrivateKey()));
const half = publicHalf(key);

test("a key signs, and its public half knows the text from every other", () => {
  const signature = signText("text", key);
  expect(signerOf("text", signature, [half])?.id).toBe(half.id);
  expect(signerOf("texts", signature, [half])).toBeUndefined();
  expect(signerOf("text", signature, [publicHalf(expectGood(readPrivateKey(makePrivateKey())))])).toBeUndefined();
});

test("a public key is read as base64 and as PEM, and is the same", () => {
  expect(expectGood(readPublicKey(half.text)).id).toBe(half.id);
  const pem = half.key.export({ format: "pem", type: "spki" }).toString();
  expect(expectGood(readPublicKey(pem)).id).toBe(half.id);
});

test("what is no public Ed25519 key is refused, a private one by its name", () => {
  const private_ = readPublicKey(makePrivateKey());
  expect(private_.ok ? "" : private_.error).toContain("private key");
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "pem", type: "spki" });
  for (const it of ["", "abc", `${half.text.trim()}A`, rsa.toString(), "-----BEGIN PUBLIC KEY-----"])
    expect(readPublicKey(it).ok).toBe(false);
  expect(readPrivateKey(half.text).ok).toBe(false);
});

test("openssl makes keys for it and proves its signatures", async () => {
  const child = Bun.spawn(["openssl", "genpkey", "-algorithm", "ed25519"], { stderr: "ignore" });
  const made = expectGood(readPrivateKey(await child.stdout.text()));
  expect(signerOf("text", signText("text", made), [publicHalf(made)])).toBeDefined();
});
