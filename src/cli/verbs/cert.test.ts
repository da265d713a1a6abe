import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { about, fault } from "../../base/fault.ts";
import { DAY_MS } from "../../certificate/judge.ts";
import { chainText, keyText, type Pair } from "../../certificate/pair.ts";
import { factsOf } from "../../certificate/x509/facts.ts";
import { makeSelfSigned } from "../../certificate/x509/self-signed.ts";
import { refusal } from "../../supervisor/operation.ts";
import type { CertificateAnswer } from "../../supervisor/operations/certificate-answers.ts";
import { refused } from "../testing/fake-program.ts";
import { START_MS } from "../testing/fake-world.ts";
import { run } from "../testing/run.ts";

const pairUntil = (days: number): Pair =>
  makeSelfSigned({
    hosts: ["shop.example", "www.shop.example"],
    fromMs: START_MS - 90 * DAY_MS,
    untilMs: START_MS + days * DAY_MS,
  });
const answerFor = (name: string, days: number, parts: Partial<CertificateAnswer> = {}): CertificateAnswer => ({
  name,
  renews: "by-hand",
  files: [],
  names: ["shop.example", "www.shop.example"],
  facts: factsOf(pairUntil(days).certificates[0]),
  usedBy: [],
  faults: [],
  flaws: [],
  ...parts,
});
const notTaken = fault(
  about("certificate", "mail"),
  "The new version of certificate mail is not taken, and the old one serves until 2026-08-30",
  "live/mail.key: there is no such file",
  "inetsrv cert check mail",
);
const all = [
  answerFor("mail", 34, { faults: [notTaken], renews: "by-file" }),
  answerFor("none", 0, { facts: null, names: [], faults: [notTaken] }),
  answerFor("shop", 90, { usedBy: ["www/sites/default/certificate", "certificate/fallback"] }),
];

const pair = pairUntil(90);
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "inetsrv-cert-"));
  writeFileSync(join(folder, "chain.pem"), chainText(pair));
  writeFileSync(join(folder, "key.pem"), keyText(pair));
  writeFileSync(join(folder, "other.key"), keyText(pairUntil(90)));
  const locked = pair.key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open sesame" });
  writeFileSync(join(folder, "locked.key"), locked);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("cert list shows names, issuer, days left, who uses it and whether it serves", async () => {
  const { code, out } = await run("cert list", { width: 110, answers: { "certificate.list": all } });
  expect(code).toBe(0);
  expect(out).toBe(`Name  Host names        Issuer  Days left  Used by                            State
mail  shop.example,     itself         34                                     serves, the new one is not taken
      www.shop.example
none                                                                          does not serve
shop  shop.example,     itself         90  www/default, certificate/fallback  serves
      www.shop.example
`);
});

test("cert check tells what is wrong and what mends it, and its exit code tells a monitor", async () => {
  const { code, out, program } = await run("cert check --days 21", { answers: { "certificate.list": all } });
  expect([code, program.calls[0]?.given]).toEqual([6, { daysMin: 21 }]);
  expect(out).toStartWith("2 of 3 certificates in trouble.\n\nThe new version of certificate mail is not taken");
  expect(out).toContain("  live/mail.key: there is no such file\n  -> inetsrv cert check mail\n");
  const remark = { is: "weak", weight: "remark", because: "its key is short" } as const;
  const well = await run("cert check shop", {
    answers: { "certificate.list": [answerFor("shop", 90, { flaws: [remark] })] },
  });
  expect([well.code, well.out]).toEqual([0, "All is well with 1 certificate.\n\nshop: its key is short\n"]);
  const soon = { is: "ends-soon", weight: "bad", because: "it has 9 days left" } as const;
  const ending = await run("cert check", {
    answers: { "certificate.list": [answerFor("shop", 9, { flaws: [soon] })] },
  });
  expect([ending.code, ending.program.calls[0]?.given]).toEqual([6, { daysMin: 14 }]);
});

test("cert show has the chain and the fingerprint, and with --pem what clients get", async () => {
  const details = { ...answerFor("shop", 90), chain: [factsOf(pair.certificates[0])], pem: chainText(pair) };
  const answers = { "certificate.show": details };
  const { out } = await run("cert show shop", { answers });
  expect(out).toContain("SHA-256     ");
  expect(out).toContain("days left   90\n");
  expect((await run("cert show shop --pem", { answers })).out).toBe(chainText(pair));
});

const added = { "certificate.add": { certificate: answerFor("shop", 90), replaced: false } };

test("cert add reads the files itself and sends chain and key", async () => {
  const { code, out, program } = await run("cert add shop key.pem chain.pem", {
    workingFolder: folder,
    answers: added,
  });
  expect([code, program.calls]).toEqual([
    0,
    [
      {
        operation: "certificate.add",
        given: { who: "alice", name: "shop", chain: chainText(pair), privateKey: keyText(pair) },
      },
    ],
  ]);
  expect(out).toBe(`Certificate shop was added: shop.example, www.shop.example.
Issued by itself, good until 2026-10-25, 90 days left.
No setting names it; clients that ask for one of its names are shown it all the same.
`);
});

test("cert add asks for the passphrase of what is locked, and takes none from the command line", async () => {
  const typed = await run("cert add shop chain.pem locked.key", {
    workingFolder: folder,
    typed: ["open sesame"],
    answers: added,
  });
  expect(typed.world.asked).toEqual(["The passphrase of locked.key (not shown): (hidden)"]);
  expect(typed.program.calls[0]?.given.privateKey).toBe(keyText(pair));
  const wrong = await run("cert add shop chain.pem locked.key", { workingFolder: folder, stdin: "open barley" });
  expect([wrong.code, wrong.err, wrong.program.calls]).toEqual([
    4,
    "Cannot use locked.key: the passphrase does not open it\n",
    [],
  ]);
});

test("a pair that does not fit is refused before anything is sent", async () => {
  const { code, err, program } = await run("cert add shop chain.pem other.key", { workingFolder: folder });
  expect([code, program.calls]).toEqual([4, []]);
  expect(err).toBe(
    "Certificate shop was not added: the key (ECDSA P-256) is not that of the certificate (shop.example)\n",
  );
  const missing = await run("cert add shop no.pem", { workingFolder: folder });
  expect([missing.code, missing.err.includes("Cannot read no.pem")]).toEqual([1, true]);
});

test("cert add --files sends the paths, whichever file comes first, and no passphrase can be asked for", async () => {
  const answers = { "certificate.follow": { certificate: answerFor("shop", 90), replaced: true } };
  const { out, program } = await run("cert add shop --files key.pem chain.pem", { workingFolder: folder, answers });
  const [chainFile, keyFile] = [join(folder, "chain.pem"), join(folder, "key.pem")];
  expect(program.calls[0]?.given).toEqual({ who: "alice", name: "shop", chainFile, keyFile });
  expect(out).toStartWith("Certificate shop was replaced: ");
  writeFileSync(join(folder, "both.pem"), chainText(pair) + keyText(pair));
  const both = await run("cert add shop --files both.pem", { workingFolder: folder, answers });
  expect(both.program.calls[0]?.given).toEqual({ who: "alice", name: "shop", chainFile: join(folder, "both.pem") });
  const locked = await run("cert add shop --files chain.pem locked.key", { workingFolder: folder, typed: ["x"] });
  expect([locked.code, locked.err, locked.world.asked]).toEqual([
    4,
    "Cannot use locked.key: it is locked with a passphrase\n",
    [],
  ]);
});

test("cert self-signed and cert remove ask the server, and show what it refuses", async () => {
  const answers = {
    "certificate.make": { certificate: answerFor("trial", 30), replaced: false },
    "certificate.remove": refused(
      refusal("refused", "Certificate trial stays, as it is named by certificate/fallback"),
    ),
  };
  const made = await run("cert self-signed trial localhost ::1 --days 30", { answers });
  expect(made.program.calls[0]?.given).toEqual({ who: "alice", name: "trial", hosts: ["localhost", "::1"], days: 30 });
  const kept = await run("cert remove trial", { answers });
  expect([kept.code, kept.err]).toEqual([4, "Certificate trial stays, as it is named by certificate/fallback\n"]);
});
