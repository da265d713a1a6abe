import { expect, test } from "bun:test";
import { about, fault } from "../../base/fault.ts";
import { bad } from "../../base/result.ts";
import { DAY_MS } from "../judge.ts";
import { chainText } from "../pair.ts";
import { KeeperRig } from "../testing/keeper-rig.ts";
import { pairFor } from "../testing/pairs.ts";

const shop = ["shop.example"];
const reasons = ({ keeper }: KeeperRig) => keeper.faults.map((it) => it.because);

test("what is there at the start serves and is no news; what comes later is sent and told", async () => {
  using rig = new KeeperRig();
  rig.put("shop", pairFor(shop, 80));
  await rig.start();
  expect([rig.serving(), rig.sent, rig.told()]).toEqual([{ shop: 80 }, [], []]);
  rig.put("mail", pairFor(["mail.example"], 70));
  void rig.keeper.look();
  // Before any promise is settled: a site that names it may come in the same change.
  expect(rig.sent.map(({ set }) => set.map(({ name, names }) => [name, names]))).toEqual([
    [["mail", ["mail.example"]]],
  ]);
  expect(rig.told()).toEqual(["5000 mail"]);
});

test("a renewal is taken at once, with a generation of its own", async () => {
  using rig = new KeeperRig();
  rig.put("shop", pairFor(shop, 80));
  await rig.start();
  const before = rig.keeper.serving[0]?.generation;
  rig.put("shop", pairFor(shop, 170));
  await rig.keeper.look();
  expect([rig.serving(), rig.told()]).toEqual([{ shop: 170 }, ["5001 shop"]]);
  expect(rig.keeper.serving[0]?.generation).not.toBe(before);
  await rig.keeper.look();
  expect(rig.sent).toHaveLength(1);
});

test("a renewal that is broken or expired leaves the old one serving, and says why", async () => {
  using rig = new KeeperRig();
  const [good, late, early] = [pairFor(shop, 80), pairFor(shop, -1, -90), pairFor(shop, 170, 5)];
  const broken: readonly [string, () => void, string][] = [
    [
      "another's key",
      () => rig.put("shop", { ...pairFor(shop, 170), key: late.key }),
      "is not that of the certificate",
    ],
    ["a chain cut off", () => rig.put("shop", good, { chain: chainText(good).slice(0, 99) }), "is cut off or damaged"],
    ["no chain", () => rig.put("shop", good, { chain: null }), "states no chain"],
    ["no key", () => rig.keys.delete("shop"), "states no privateKey"],
    ["expired", () => rig.put("shop", late), "it has expired on 2026-11-26"],
    ["not valid yet", () => rig.put("shop", early), "it is valid from 2026-12-02 on only"],
  ];
  rig.put("shop", good);
  await rig.start();
  for (const [name, breakIt, because] of broken) {
    breakIt();
    await rig.keeper.look();
    expect([name, rig.serving(), rig.told()]).toEqual([name, { shop: 80 }, ["5010 shop"]]);
    expect(reasons(rig).join()).toContain(because);
    rig.put("shop", good);
    await rig.keeper.look();
    expect([reasons(rig), rig.told()]).toEqual([[], []]);
  }
  expect(rig.sent).toEqual([]);
});

test("a renewal that is not valid yet is taken on its day", async () => {
  using rig = new KeeperRig();
  rig.put("shop", pairFor(shop, 80));
  await rig.start();
  rig.put("shop", pairFor(shop, 170, 5));
  await rig.keeper.look();
  await rig.pass(4 * DAY_MS);
  expect(rig.serving()).toEqual({ shop: 80 });
  await rig.pass(DAY_MS);
  expect([rig.serving(), reasons(rig)]).toEqual([{ shop: 170 }, []]);
});

test("an entry without any good version does not serve, and the others do", async () => {
  using rig = new KeeperRig();
  rig.put("shop", pairFor(shop, 80));
  rig.follow("gone", undefined);
  rig.put("sealed", pairFor(["sealed.example"]));
  const unopened = fault(about("secret", "x"), "Cannot open x", "the key is missing", "inetsrv keys status");
  rig.keys.set("sealed", bad(unopened));
  await rig.start();
  expect([rig.serving(), rig.told()]).toEqual([{ shop: 80 }, ["5011 sealed", "5011 gone"]]);
  expect(rig.keeper.faults.map(({ attempted, remedy }) => [attempted, remedy])).toEqual([
    ["Certificate sealed cannot serve", "inetsrv keys status"],
    [
      "Certificate gone cannot serve",
      "See what the program does that renews live/gone.pem, then: inetsrv cert check gone",
    ],
  ]);
  rig.write("gone", pairFor(["gone.example"], 60));
  await rig.pass(300);
  expect([rig.serving().gone, rig.told()]).toEqual([60, ["5000 gone"]]);
});

test("an expired certificate that is all there is goes on serving, and is a fault", async () => {
  using rig = new KeeperRig();
  rig.put("shop", pairFor(shop, -1, -90));
  await rig.start();
  expect([rig.serving(), rig.told()]).toEqual([{ shop: -1 }, ["5023 shop"]]);
  expect(reasons(rig)).toEqual(["it ended on 2026-11-26, and clients refuse it"]);
});

test("files are looked at when they change, and once a minute where nothing tells", async () => {
  using rig = new KeeperRig();
  rig.follow("shop", pairFor(shop, 80));
  await rig.start();
  expect(rig.watched).toEqual(["/home-of-a-test/live/shop.pem", "/home-of-a-test/live/shop.key"]);
  rig.write("shop", pairFor(shop, 170));
  rig.clock.advance(300);
  await rig.idle();
  expect([rig.serving(), rig.told()]).toEqual([{ shop: 170 }, ["5001 shop"]]);
  rig.contents.delete("/home-of-a-test/live/shop.pem");
  rig.clock.advance(59_999);
  await rig.idle();
  expect(rig.keeper.faults).toEqual([]);
  rig.clock.advance(1);
  await rig.idle();
  expect(rig.keeper.faults.map((it) => it.because)).toEqual(["/home-of-a-test/live/shop.pem: there is no such file"]);
});

test("a disk that hangs keeps nobody waiting, and what serves goes on", async () => {
  using rig = new KeeperRig();
  rig.follow("shop", pairFor(shop, 80));
  await rig.start();
  rig.hangs = true;
  const looked = rig.keeper.look();
  await rig.idle();
  rig.put("mail", pairFor(["mail.example"], 70));
  void rig.keeper.look();
  expect(rig.serving()).toEqual({ shop: 80, mail: 70 });
  for (let file = 0; file < 2; file++) {
    rig.clock.advance(2000);
    await rig.idle();
  }
  await looked;
  expect(reasons(rig)).toEqual(["/home-of-a-test/live/shop.pem: its disk did not answer within 2 s"]);
});

test("a pair that is half written is not told of, unless it stays so", async () => {
  using rig = new KeeperRig();
  rig.follow("shop", pairFor(shop, 80));
  await rig.start();
  const renewed = pairFor(shop, 170);
  rig.writeFile("shop.pem", chainText(renewed));
  await rig.pass(300);
  expect([rig.serving(), rig.told(), rig.keeper.faults.length]).toEqual([{ shop: 80 }, [], 1]);
  rig.write("shop", renewed);
  await rig.pass(300);
  expect([rig.serving(), rig.told(), rig.keeper.faults]).toEqual([{ shop: 170 }, ["5001 shop"], []]);
  rig.writeFile("shop.key", undefined);
  await rig.pass(300);
  await rig.pass(2000);
  expect([rig.serving(), rig.told()]).toEqual([{ shop: 170 }, ["5010 shop"]]);
});

test("the end of a certificate is told at 30, 14 and 3 days and when it is over, once and not after each restart", async () => {
  using rig = new KeeperRig();
  rig.put("shop", pairFor(shop, 90));
  await rig.start();
  const told: string[] = [];
  for (let day = 1; day <= 95; day++) {
    await rig.pass(DAY_MS);
    if (day % 10 === 0) await rig.restart();
    await rig.pass(60_000);
    told.push(...rig.told().map((it) => `${day} ${it}`));
  }
  expect(told).toEqual(["60 5020 shop", "76 5021 shop", "87 5022 shop", "90 5023 shop"]);
});

test("a trouble that lasts is told once a day, also over a restart", async () => {
  using rig = new KeeperRig();
  rig.follow("shop", undefined);
  await rig.start();
  expect(rig.told()).toEqual(["5011 shop"]);
  for (let hour = 1; hour < 24; hour++) await rig.pass(3_600_000 - 1);
  await rig.restart();
  expect(rig.told()).toEqual([]);
  await rig.pass(DAY_MS);
  expect(rig.told()).toEqual(["5011 shop"]);
});

test("a self-signed certificate is made anew a month before its end, with the same names", async () => {
  using rig = new KeeperRig();
  rig.put("trial", pairFor(["trial.example", "127.0.0.1"], 365), { renews: "self-signed" });
  await rig.start();
  await rig.pass(334 * DAY_MS);
  expect([rig.serving(), rig.told()]).toEqual([{ trial: 365 }, []]);
  await rig.pass(DAY_MS);
  await rig.pass(0);
  expect([rig.serving(), rig.told()]).toEqual([{ trial: 335 + 365 }, ["5001 trial"]]);
  expect(rig.keeper.states[0]?.serving?.facts).toMatchObject({ names: ["trial.example"], addresses: ["127.0.0.1"] });
});

test("one that cannot be made anew is told of with the reason, and tried again", async () => {
  using rig = new KeeperRig();
  rig.put("trial", pairFor(["trial.example"], 365), { renews: "self-signed" });
  rig.refusesWrites = "a change waits to be confirmed";
  await rig.start();
  await rig.pass(340 * DAY_MS);
  await rig.pass(0);
  expect(rig.events[0]?.sentence).toContain("could not be made anew: a change waits to be confirmed");
  expect(rig.told()).toEqual(["5012 trial", "5020 trial"]);
  rig.refusesWrites = undefined;
  await rig.pass(60_000);
  await rig.pass(0);
  expect([rig.serving(), rig.told()]).toEqual([{ trial: 340 + 365 }, ["5001 trial"]]);
});

test("an entry that goes does not serve any more, and a fallback that changes is sent alone", async () => {
  using rig = new KeeperRig();
  rig.put("shop", pairFor(shop));
  rig.put("mail", pairFor(["mail.example"]));
  await rig.start();
  rig.fallback = "mail";
  await rig.keeper.look();
  rig.entries.delete("shop");
  await rig.keeper.look();
  expect(rig.sent).toEqual([
    { set: [], removed: [], fallback: "mail" },
    { set: [], removed: ["shop"], fallback: "mail" },
  ]);
  expect(rig.told()).toEqual(["5002 shop"]);
});

test("an entry that is removed while its files are read does not come back", async () => {
  using rig = new KeeperRig();
  rig.follow("shop", pairFor(shop));
  await rig.start();
  rig.write("shop", pairFor(shop, 170));
  const reading = rig.keeper.look();
  rig.entries.delete("shop");
  await rig.keeper.look();
  await reading;
  expect([rig.serving(), rig.keeper.states]).toEqual([{}, []]);
});

test("two entries for one name are told once, with the one that is shown", async () => {
  using rig = new KeeperRig();
  rig.put("old", pairFor(["shop.example", "www.shop.example"], 20));
  rig.put("new", pairFor(["shop.example", "www.shop.example"], 200));
  await rig.start();
  expect(rig.events.map((it) => it.sentence)).toEqual([
    "Certificates new and old are for the same names, shop.example, www.shop.example; new is shown.",
  ]);
  rig.told();
  await rig.restart();
  await rig.pass(60_000);
  expect(rig.told()).toEqual([]);
});

test("a command that only looks tells nothing and renews nothing", async () => {
  using rig = new KeeperRig();
  rig.put("trial", pairFor(["trial.example"], 3, -90), { renews: "self-signed" });
  rig.follow("gone", undefined);
  await rig.keeper.look();
  expect([rig.serving(), rig.events, rig.sent, rig.watched]).toEqual([{ trial: 3 }, [], [], []]);
});
