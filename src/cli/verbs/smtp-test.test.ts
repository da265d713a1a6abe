import { expect, test } from "bun:test";
import type { Json, JsonObject } from "../../base/json.ts";
import type { TrialEnd, TrialStep } from "../../proto/smtp/trial.ts";
import { refusal } from "../../supervisor/operation.ts";
import { refused } from "../testing/fake-program.ts";
import { run } from "../testing/run.ts";

const tookMs = 3;
const steps: readonly TrialStep[] = [
  { step: "message", from: "scan@example.org", to: "ada@far.example", id: "id1", tookMs },
  {
    step: "way",
    way: "smart host",
    because: "smtp/sites/default/smartHost is set",
    hosts: "relay.example:587",
    tls: "verified",
    login: "anna",
    tookMs,
  },
  {
    step: "certificate",
    name: "ours",
    names: ["mail.example", "mx.example"],
    fingerprint: "AB:CD",
    notAfterMs: Date.UTC(2027, 0, 3, 12),
    tookMs,
  },
  { step: "lookup", records: "addresses", name: "relay.example", found: ["192.0.2.9"], trouble: null, tookMs },
  { step: "lookup", records: "MX", name: "far.example", found: [], trouble: "DNS knows no far.example", tookMs },
  { step: "connect", remote: "relay.example [192.0.2.9]:587", tookMs },
  { step: "heard", to: "", code: 220, lines: ["relay.example ESMTP"], tookMs: 1234 },
  { step: "said", line: "EHLO mail.example", tookMs },
  { step: "heard", to: "EHLO mail.example", code: 250, lines: ["relay.example", "STARTTLS"], tookMs },
  { step: "tls", protocol: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256", doubt: null, tookMs },
  { step: "tls", protocol: "TLSv1.2", cipher: "X", doubt: "its certificate has expired", tookMs },
  { step: "heard", to: "AUTH PLAIN ***", code: 535, lines: ["5.7.8 \u001b[2JWrong\u0085"], tookMs },
  { step: "text", bytes: 565, tookMs },
  { step: "note", words: "It broke", tookMs },
];
const taken: TrialEnd = {
  outcome: "taken",
  stage: null,
  remote: "relay.example [192.0.2.9]:587",
  words: "250 2.0.0 Ok: queued as 4F2A1",
  queueId: "4F2A1",
  remedy: null,
};
const wrong: TrialEnd = {
  ...taken,
  outcome: "refused",
  stage: "login",
  words: "535 5.7.8 Wrong",
  queueId: null,
  remedy: "Set it anew: inetsrv config set smtp/sites/default/smartHostPassword",
};
const answering = (end: TrialEnd) => ({
  "smtp.test": (_given: JsonObject, tell: (step: Json) => void) => {
    for (const it of steps) tell(it as unknown as Json);
    return end;
  },
});

test("each step is a line or a few, and the last line says what came of it", async () => {
  const { out, code, program } = await run("smtp test --to ada@far.example", { answers: answering(taken) });
  expect(out.split("\n")).toEqual([
    "Message  id1 from <scan@example.org> to <ada@far.example>",
    "Way      smart host relay.example:587, as smtp/sites/default/smartHost is set",
    "         TLS verified, login as anna",
    "Shows    certificate ours for mail.example, mx.example, until 2027-01-03",
    "         SHA-256 AB:CD",
    "DNS      relay.example addresses: 192.0.2.9",
    "DNS      far.example MX: DNS knows no far.example",
    "Connect  relay.example [192.0.2.9]:587",
    "       < 220 relay.example ESMTP (after 1.2 s)",
    "       > EHLO mail.example",
    "       < 250-relay.example",
    "         250 STARTTLS",
    "TLS      TLSv1.3 with TLS_AES_128_GCM_SHA256",
    "         Its certificate proves who it is",
    "TLS      TLSv1.2 with X",
    "         Nothing proves who it is: its certificate has expired",
    "       < 535 5.7.8 \\x1b[2JWrong\\x85",
    "       > 565 bytes of text",
    "       ! It broke",
    "",
    "Taken by relay.example [192.0.2.9]:587 as 4F2A1.",
    "",
  ]);
  expect(code).toBe(0);
  expect(program.calls).toEqual([{ operation: "smtp.test", given: { to: "ada@far.example", send: true } }]);
});

test("what was not taken is told with its remedy, and the exit code says who is to blame", async () => {
  const ended = (end: TrialEnd) => run("smtp test --to ada@far.example", { answers: answering(end) });
  const last = ({ out }: { readonly out: string }) => out.trimEnd().split("\n").at(-1);
  const refusedLogin = await ended(wrong);
  expect(refusedLogin.code).toBe(4);
  expect(last(refusedLogin)).toBe(
    "Not taken: no login at relay.example [192.0.2.9]:587: 535 5.7.8 Wrong. Set it anew: inetsrv config set smtp/sites/default/smartHostPassword",
  );
  const away = await ended({ ...wrong, outcome: "unreached", stage: "lookup", remote: "", words: "DNS knows it not" });
  expect(away.code).toBe(1);
  expect(last(away)).toStartWith("Not taken: no host was found. DNS knows it not. Set it anew");
  const noneToShow = {
    outcome: "unreached",
    stage: "certificate",
    remote: "",
    words: "certificate ours has expired",
  } as const;
  expect(last(await ended({ ...wrong, ...noneToShow }))).toStartWith(
    "Not taken: nobody was asked, as certificate ours has expired. Set it anew",
  );
  const asked = await ended({ ...taken, outcome: "would-be-taken", queueId: null });
  expect([asked.code, last(asked)]).toEqual([0, "Would be taken by relay.example [192.0.2.9]:587. Nothing was sent."]);
});

test("every step is one line of JSON, and so is the end", async () => {
  const { out } = await run("smtp test --to ada@far.example --json", { answers: answering(taken) });
  const lines = out.trimEnd().split("\n");
  expect(lines.map((it) => JSON.parse(it))).toEqual([...steps, { step: "end", ...taken }]);
  expect(out).not.toMatch(/[\u0080-\u009f]/);
});

test("on a narrow terminal nothing is cut off, and a stranger's words do not colour it", async () => {
  const { out } = await run("smtp test --to ada@far.example", { answers: answering(wrong), width: 40, colour: true });
  const plain = out.replaceAll(/\u001b\[\d+m/g, "");
  expect(plain).not.toContain("\u001b");
  expect(Math.max(...plain.split("\n").map((it) => it.length))).toBeLessThanOrEqual(40);
  expect(plain.replaceAll(/\s+/g, " ")).toContain("smtp/sites/default/smartHostPassword");
  expect(out).toContain("\u001b[31mNot taken\u001b[0m:");
});

test("all that is asked goes on, and without a recipient nothing is", async () => {
  const words = "smtp test --to a@b.example --from c@d.example --route acme --host h --site s --no-send".split(" ");
  const { program } = await run([...words, "--subject", "Is it there?"], { answers: answering(taken) });
  const given = { to: "a@b.example", from: "c@d.example", route: "acme", host: "h", site: "s", send: false };
  expect(program.calls[0]?.given).toEqual({ ...given, subject: "Is it there?" });
  const nobody = await run("smtp test", { answers: answering(taken) });
  expect([nobody.code, nobody.program.calls]).toEqual([2, []]);
  expect(nobody.err).toContain("--to ADDRESS");
});

test("what cannot be begun is a refusal", async () => {
  const answers = { "smtp.test": refused(refusal("wrong", "The recipient x is no address")) };
  const { code, err } = await run("smtp test --to x", { answers });
  expect([code, err]).toEqual([4, "The recipient x is no address\n"]);
});
