import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { renameSync } from "node:fs";
import { needing } from "./client.ts";
import { eventually } from "./eventually.ts";
import { allServices, Ground, lineServices } from "./ground.ts";
import { Peer } from "./peer.ts";
import { questions, starttls } from "./protocols.ts";

const OPEN_PER_PLACE = 50;
const TRANSFERS = 1000;
const servername = "mail.example";
const { title, skip } = needing("certificates that change under load", "openssl");

/** Does work for each item, so many at a time. */
async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const hand = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
}

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await Ground.up({ names: [servername] });
  }, 60_000);
  afterAll(() => ground[Symbol.asyncDispose]());

  const ports = async () =>
    Promise.all(allServices.map(async (service) => ({ service, port: await ground.securePort(service) })));

  test("one certificate answers in all services, also behind STARTTLS, and by the name that was asked for", async () => {
    const main = ground.fingerprint("main");
    ground.make("other", { names: ["DNS:*.other.example"] });
    const other = await ground.addCertificate("other");
    for (const { port } of await ports())
      for (const [name, wanted] of [
        [servername, main],
        ["a.other.example", other],
        ["nobody.example", main],
      ] as const) {
        using peer = await Peer.openSecure(port, { servername: name });
        expect(peer.shown).toBe(wanted);
      }
    for (const service of lineServices) {
      using peer = await Peer.open(await ground.port(service));
      await peer.line();
      expect(await peer.ask(starttls[service].command)).toStartWith(starttls[service].begin);
      await peer.secure({ servername: "A.other.example" });
      expect(peer.shown).toBe(other);
    }
  });

  test("it is replaced while 200 connections are open and new ones come: each service shows the new one, and nobody is cut", async () => {
    const places = await ports();
    const workers = await ground.server.workers();
    const open: { readonly service: (typeof allServices)[number]; readonly peer: Peer }[] = [];
    const wanted = places.flatMap((place) => Array<typeof place>(OPEN_PER_PLACE).fill(place));
    await eachOf(wanted, 20, async ({ service, port }) => {
      const peer = await Peer.openSecure(port, { servername });
      if (service !== "www") await peer.line();
      open.push({ service, peer });
    });
    ground.make("next", { names: [`DNS:${servername}`] });
    const before = ground.fingerprint("main");
    const next = ground.fingerprint("next");
    let going = true;
    const shown: string[] = [];
    const coming = places.map(async ({ port }) => {
      while (going) {
        using peer = await Peer.openSecure(port, { servername });
        shown.push(peer.shown);
      }
    });
    await ground.addCertificate("main", "next");
    for (const { service, port } of places)
      await eventually(`the new one in ${service}`, async () => {
        using peer = await Peer.openSecure(port, { servername });
        return peer.shown === next;
      });
    going = false;
    await Promise.all(coming);
    expect(new Set(shown)).toEqual(new Set([before, next]));
    for (const { service, peer } of open) {
      peer.say(questions[service].text);
      await peer.hear(questions[service].answer);
    }
    expect(open.filter(({ peer }) => peer.ending !== undefined)).toEqual([]);
    expect(open).toHaveLength(200);
    for (const { peer } of open) peer[Symbol.dispose]();
    expect(await ground.server.workers()).toEqual(workers);
  }, 40_000);

  test("it is replaced during 1,000 transfers, and each of them gets its whole answer", async () => {
    const places = (await ports()).flatMap((place) => Array<typeof place>(TRANSFERS / allServices.length).fill(place));
    ground.make("third", { names: [`DNS:${servername}`] });
    const { promise: replaced, resolve: goOn } = Promise.withResolvers<void>();
    let [begun, done] = [0, 0];
    // Half of each question is sent before, and half of it after.
    const transfer = async ({ service, port }: (typeof places)[number]) => {
      using peer = await Peer.openSecure(port, { servername });
      const { text, answer } = questions[service];
      if (service !== "www") await peer.line();
      peer.say(text.slice(0, 3));
      begun++;
      await replaced;
      peer.say(text.slice(3));
      await peer.hear(answer);
      done++;
    };
    const transfers = Promise.all(places.map(transfer));
    await eventually(
      () => `${begun} have begun`,
      () => begun === TRANSFERS,
    );
    const next = await ground.addCertificate("main", "third");
    goOn();
    await transfers;
    expect(done).toBe(TRANSFERS);
    using peer = await Peer.openSecure(await ground.securePort("www"), { servername });
    expect(peer.shown).toBe(next);
  }, 40_000);

  test("the key file of one certificate is missing: only its names suffer, and status and the log name it", async () => {
    ground.make("files", { names: ["DNS:files.example"] });
    const [chainFile, keyFile] = [ground.file("files.pem"), ground.file("files.key")];
    await ground.ask("certificate.follow", { name: "files", chainFile, keyFile, who: "the test" });
    const port = await ground.securePort("ftp");
    const shown = async (name: string) => {
      using peer = await Peer.openSecure(port, { servername: name });
      return peer.shown;
    };
    const own = ground.fingerprint("files");
    const main = ground.fingerprint("third");
    expect(await shown("files.example")).toBe(own);
    renameSync(keyFile, `${keyFile}.away`);
    await ground.server.until("the fault", ({ faults }) => faults.some(({ because }) => because.includes(keyFile)));
    // The pair that is in memory is whole: it goes on, until the server starts again.
    expect([await shown("files.example"), await shown(servername)]).toEqual([own, main]);
    await ground.program.must("restart", "ftp");
    expect([await shown("files.example"), await shown(servername)]).toEqual([own, main]);

    await ground.program.must("down");
    await ground.server.ended();
    const server = await ground.restart();
    const { faults = [] } = (await server.status()) ?? {};
    expect(faults.map(({ attempted }) => attempted)).toEqual(["Certificate files cannot serve"]);
    const ports = await ground.securePort("ftp");
    using suffers = await Peer.openSecure(ports, { servername: "files.example" });
    using served = await Peer.openSecure(ports, { servername });
    expect([suffers.shown, served.shown]).toEqual([main, main]);
    expect((await ground.program.must("events", "--level", "error")).replaceAll(/\s+/g, " ")).toContain("files");
    renameSync(`${keyFile}.away`, keyFile);
    await server.until("all is well", (it) => it.faults.length === 0);
    using back = await Peer.openSecure(ports, { servername: "files.example" });
    expect(back.shown).toBe(own);
  }, 40_000);
});
