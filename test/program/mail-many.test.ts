// One message to very many people, through two whole servers: whoever is taken gets it once, and each of them can be found.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MailQueue } from "../mail/mail-queue.ts";
import { filesIn, siteFolder } from "../mail/site-folder.ts";
import { idIn } from "../mail/submit.ts";
import { eventually } from "./eventually.ts";
import { Ground } from "./ground.ts";
import { Peer } from "./peer.ts";

const DOMAINS = ["one", "two", "three", "four", "five"].map((it) => `${it}.example`);
const PEOPLE = 1000;
/** Of one message to the second server: it takes the others in messages of their own. */
const TAKEN_MAX = 70;

let front: Ground;
let back: Ground;
beforeAll(async () => {
  const domains = Object.fromEntries(DOMAINS.map((it) => [it, {}]));
  const home = { fullyQualifiedName: "mail.back.example", recipientsMax: TAKEN_MAX, domains };
  back = await Ground.up({ services: ["smtp"], document: { smtp: { sites: { default: home } } } });
  const smartHost = `[127.0.0.1]:${await back.port("smtp")}`;
  const site = { relay: ["relay 127.0.0.1"], recipientsMax: PEOPLE, smartHost };
  front = await Ground.up({ services: ["smtp"], document: { smtp: { sites: { default: site } } } });
}, 60_000);
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await back[Symbol.asyncDispose]();
});

const people = (count: number, name: string): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${name}${n}@${DOMAINS[n % DOMAINS.length]}`);

/** A transaction in one go: the answer to each recipient, and the last one. */
async function give(
  peer: Peer,
  to: readonly string[],
): Promise<{ readonly each: readonly string[]; readonly id: string }> {
  const commands = ["MAIL FROM:<list@house.example>", ...to.map((it) => `RCPT TO:<${it}>`), "DATA"];
  peer.say(commands.map((it) => `${it}\r\n`).join(""));
  expect(await peer.line()).toStartWith("250");
  const each: string[] = [];
  for (let n = 0; n < to.length; n++) each.push((await peer.line()).slice(0, 9));
  expect(await peer.line()).toStartWith("354");
  const said = await peer.ask("Subject: to all\r\n\r\nHello\r\n.");
  return { each, id: idIn(said) };
}

async function greeted(port: number): Promise<Peer> {
  const peer = await Peer.open(port);
  await peer.line();
  await peer.ask("HELO erp");
  return peer;
}

/** Everybody who is named in a file of the folder, once for each of them. */
function dropped(name: string): readonly string[] {
  const folder = siteFolder(back.program.home, "Drop");
  const named = filesIn(folder).flatMap(
    (it) => readFileSync(join(folder, it), "latin1").match(/(?<=^x-receiver: ).*(?=\r$)/gm) ?? [],
  );
  return named.filter((it) => it.startsWith(name)).sort();
}

test("a thousand people of five domains get it once each, and the story of each is told", async () => {
  const to = people(PEOPLE, "all");
  using peer = await greeted(await front.port("smtp"));
  const { each, id } = await give(peer, to);
  expect(new Set(each)).toEqual(new Set(["250 2.1.5"]));
  await using queue = await MailQueue.open(front.program.home);
  const { recipients, happenings } = await queue.left(id);
  expect(recipients.map((it) => it.address)).toEqual([...to]);
  expect(recipients.every((it) => it.status === "delivered" && it.attempts === 1)).toBe(true);
  expect(happenings.filter((it) => it.what === "delivered")).toHaveLength(PEOPLE);
  await eventually("all are in the folder", () => dropped("all").length >= PEOPLE);
  expect(dropped("all")).toEqual([...to].sort());
  const story = await front.program.must("mail", "find", id);
  const untold = to.filter((it) => !story.includes(it));
  expect(untold).toEqual([]);
  expect(await front.program.must("mail", "find", "all999@five.example")).toContain("delivered");
}, 60_000);

test("beyond recipientsMax the others are told 452, and go with the next message", async () => {
  const to = people(TAKEN_MAX + 30, "some");
  using peer = await greeted(await back.port("smtp"));
  const first = await give(peer, to);
  expect(first.each).toEqual([...Array(TAKEN_MAX).fill("250 2.1.5"), ...Array(30).fill("452 4.5.3")]);
  const second = await give(peer, to.slice(TAKEN_MAX));
  expect(second.each).toEqual(Array(30).fill("250 2.1.5"));
  await eventually("all are in the folder", () => dropped("some").length >= to.length);
  expect(dropped("some")).toEqual([...to].sort());
}, 30_000);
