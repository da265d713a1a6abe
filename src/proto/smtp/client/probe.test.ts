import { expect, test } from "bun:test";
import { readCapabilities } from "./capabilities.ts";
import type { Job } from "./job.ts";
import { probe } from "./probe.ts";
import { heardText } from "./talk.ts";
import { play } from "./testing/play.ts";

const box = (local: string) => ({ local, domain: "x.example" });
const job: Job = {
  sender: box("a"),
  recipients: [{ mailbox: box("b") }, { mailbox: box("c") }],
  bytes: 9,
  text: { bits: "seven", utf8Headers: false },
  dsn: {},
  eightBitAnyway: true,
  preferChunks: false,
};

function go(replies: readonly string[], it: Job = job) {
  const capabilities = readCapabilities({ code: 250, lines: ["mx", "PIPELINING"] });
  const { result, said } = play(probe(it, { capabilities, secure: false, mechanism: undefined }), { replies });
  return { said, heard: heardText(result) };
}
const [mail, first, second] = ["MAIL FROM:<a@x.example>", "RCPT TO:<b@x.example>", "RCPT TO:<c@x.example>"];

test("everybody is named, and all of it taken back", () => {
  expect(go(["250 s", "250 r", "251 last", "250 reset"])).toEqual({
    said: [mail, first, second, "RSET"],
    heard: "251 last",
  });
});

test("it ends with the first who is refused", () => {
  expect(go(["550 5.7.1 not you", "250 reset"])).toEqual({ said: [mail, "RSET"], heard: "550 5.7.1 not you" });
  expect(go(["250 s", "450 later", "250 reset"])).toEqual({ said: [mail, first, "RSET"], heard: "450 later" });
});

test("nothing more is said to a server that goes, or is gone", () => {
  expect(go(["250 s", "421 4.3.2 closing"])).toEqual({ said: [mail, first], heard: "421 4.3.2 closing" });
  expect(go(["250 s"])).toEqual({ said: [mail, first], heard: "The connection is gone" });
});

test("who cannot be told to this server is not", () => {
  const umlaut = { ...job, recipients: [{ mailbox: { local: "bär", domain: "x.example" } }] };
  expect(go([], umlaut).said).toEqual([]);
});
