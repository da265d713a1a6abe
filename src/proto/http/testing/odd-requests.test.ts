import { expect, test } from "bun:test";
import { readOddRequests } from "./odd-requests.ts";
import { answerOf, Rig, withBody } from "./rig.ts";

const oddRequests = readOddRequests(await Bun.file(new URL("../odd-requests.md", import.meta.url)).text());

/** What a client that sends this in such pieces hears. */
async function heard(pieces: readonly string[]): Promise<string> {
  const rig = new Rig((it) => (it.method === "CONNECT" ? answerOf("", { status: 405 }) : withBody(it, answerOf)));
  for (const piece of pieces) {
    rig.hear(piece);
    await Promise.resolve();
  }
  await new Promise(setImmediate);
  const ends = rig.turns.filter((it) => it === "end" || it === "cut");
  return [...rig.statuses.split(" "), ...ends].filter((it) => it !== "" && it !== "100").join(" ") || "waits";
}

for (const { name, sent, ours } of oddRequests)
  test(`odd request: ${name}`, async () => {
    expect(await heard([sent])).toBe(ours);
    if (sent.length < 1000) expect(await heard([...sent])).toBe(ours);
  });

test("the whole table is read, and each row has a name of its own", () => {
  expect(oddRequests.length).toBeGreaterThan(140);
  expect(new Set(oddRequests.map((it) => it.name)).size).toBe(oddRequests.length);
  for (const { others } of oddRequests) expect(others.length).toBe(4);
});

test("cells are read as the table says", () => {
  const [row] = readOddRequests(
    "| a b  | `{get}X:\\t\\x00\\n{a*3}⏎⏎` | 400 end |  waits | 0.9 end | 200 | 200 200 |\n",
  );
  expect(row).toEqual({
    name: "a b",
    sent: "GET / HTTP/1.1\r\nHost: a\r\nX:\t\0\naaa\r\n\r\n",
    ours: "400 end",
    others: ["waits", "0.9 end", "200", "200 200"],
  });
});
