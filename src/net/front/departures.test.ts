import { expect, test } from "bun:test";
import { promisify } from "node:util";
import { Departures, type Speaker } from "./departures.ts";

const nextTurn = promisify(setImmediate);

class Heard implements Speaker {
  waitsFrom = 0;
  waitsTo = 0;
  readonly sent: string[] = [];

  depart(words: Buffer): void {
    this.sent.push(words.toString("latin1"));
  }
}

const someSpeakers = (count: number) => Array.from({ length: count }, () => new Heard());
const sentBy = (speakers: readonly Heard[]) => speakers.map((it) => it.sent);

test("what is said in a turn leaves when it ends, once", async () => {
  const departures = new Departures();
  const speakers = someSpeakers(3);
  for (const [at, it] of speakers.entries()) expect(departures.take(it, Buffer.from(`to ${at}`))).toBe(true);
  expect(sentBy(speakers)).toEqual([[], [], []]);
  await nextTurn();
  expect(sentBy(speakers)).toEqual([["to 0"], ["to 1"], ["to 2"]]);
  await nextTurn();
  expect(sentBy(speakers)).toEqual([["to 0"], ["to 1"], ["to 2"]]);
});

test("whoever speaks twice in a row is sent once, and with another between keeps the order", async () => {
  const departures = new Departures();
  const [one, other] = [new Heard(), new Heard()];
  expect(departures.take(one, Buffer.from("a"))).toBe(true);
  expect(departures.take(one, Buffer.from("b"))).toBe(true);
  expect(departures.take(other, Buffer.from("x"))).toBe(true);
  // The caller sends it.
  expect(departures.take(one, Buffer.from("c"))).toBe(false);
  expect(one.sent).toEqual(["ab"]);
  expect(departures.take(one, Buffer.from("d"))).toBe(true);
  await nextTurn();
  expect(sentBy([one, other])).toEqual([["ab", "d"], ["x"]]);
});

test("the words are a copy, and what is large goes by itself, behind what waits", async () => {
  const departures = new Departures();
  const speaker = new Heard();
  const words = Buffer.from("small");
  departures.take(speaker, words);
  words.fill("!");
  expect(departures.take(speaker, Buffer.alloc(8 * 1024 + 1))).toBe(false);
  expect(speaker.sent).toEqual(["small"]);
  expect(departures.take(speaker, Buffer.alloc(8 * 1024, "x"))).toBe(true);
  await nextTurn();
  expect(speaker.sent[1]).toBe("x".repeat(8 * 1024));
});

test("the first of many does not wait for all of them, and a full room turns nobody's words into another's", async () => {
  const departures = new Departures();
  const many = someSpeakers(20);
  for (const [at, it] of many.entries()) departures.take(it, Buffer.from(String(at)));
  expect(many.filter((it) => it.sent.length > 0)).toHaveLength(16);
  await nextTurn();
  expect(sentBy(many)).toEqual(many.map((_, at) => [String(at)]));
  const few = someSpeakers(12);
  const letters = [..."abcdefghijkl"].map((it) => it.repeat(7000));
  const taken = few.map((it, at) => departures.take(it, Buffer.from(letters[at] ?? "")));
  expect(taken.filter((it) => it)).toHaveLength(9);
  await nextTurn();
  expect(sentBy(few)).toEqual(letters.map((it, at) => (at < 9 ? [it] : [])));
});

test("one that leaves at once leaves the others where they are", async () => {
  const departures = new Departures();
  const [one, other] = [new Heard(), new Heard()];
  departures.take(one, Buffer.from("a"));
  departures.take(other, Buffer.from("x"));
  departures.leave(one);
  expect(sentBy([one, other])).toEqual([["a"], []]);
  departures.leave(one);
  await nextTurn();
  expect(sentBy([one, other])).toEqual([["a"], ["x"]]);
});
