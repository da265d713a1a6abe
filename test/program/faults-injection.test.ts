import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { needing } from "./client.ts";
import { eventually } from "./eventually.ts";
import { Ground, lineServices, PASSWORD, type Told } from "./ground.ts";
import { Peer } from "./peer.ts";
import { starttls } from "./protocols.ts";

/** At once, of each protocol. */
const CONNECTIONS = 500;
const { title, skip } = needing("commands that somebody puts in before the handshake", "openssl");

const plain = Buffer.from(`\0anna\0${PASSWORD}`).toString("base64");
/** What an attacker in between would have the server do in the name of the client, or take for an answer. */
const injected = {
  smtp: `AUTH PLAIN ${plain}\r\nMAIL FROM:<mallory@example.org>\r\nNOOP injected\r\nQUIT\r\n`,
  nntp: `AUTHINFO USER anna\r\nAUTHINFO PASS ${PASSWORD}\r\nDATE\r\nQUIT\r\n`,
  ftp: `USER anna\r\nPASS ${PASSWORD}\r\nNOOP\r\nQUIT\r\n`,
} as const;
/** Answers that show whether the client is somebody: never before it has logged in itself. */
const whoAmI = {
  smtp: { command: `AUTH PLAIN ${plain}`, answer: "235 2.7.0 Welcome" },
  nntp: { command: "AUTHINFO USER anna", answer: "381 The password, please" },
  ftp: { command: "USER anna", answer: "331 The password, please" },
} as const;

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await Ground.up({ services: lineServices, names: ["mail.example"], users: ["anna"] });
  }, 60_000);
  afterAll(() => ground[Symbol.asyncDispose]());

  for (const service of lineServices) {
    const { command, begin, nothing, nothingDone } = starttls[service];

    test(`${service}: what stands in the packet of ${command} is neither answered nor done, on ${CONNECTIONS} connections at once`, async () => {
      const port = await ground.port(service);
      const done = () => ground.metric(service, "inetsrv_requests_total", "done");
      const before = await done();
      const one = async (): Promise<readonly string[]> => {
        using peer = await Peer.open(port);
        await peer.line();
        peer.say(`${command}\r\n${injected[service]}`);
        const began = await peer.line();
        const leftInClear = peer.heard;
        await peer.secure({ servername: "mail.example" });
        // An answer to what was put in would come before this one, or the session be over.
        return [began.slice(0, 4), leftInClear, (await peer.ask(nothing)).slice(0, 4), peer.heard];
      };
      const seen = await Promise.all(Array.from({ length: CONNECTIONS }, one));
      expect(seen.filter((it) => it.join() !== [begin, "", nothingDone, ""].join())).toEqual([]);
      // Each had what its client asked for, and not one thing more.
      await eventually(`${CONNECTIONS * 2} are counted`, async () => (await done()) >= before + CONNECTIONS * 2);
      expect(await done()).toBe(before + CONNECTIONS * 2);
      const ofSite = ({ object }: Told) => object.name === `${service}/sites/default`;
      const { parameters } = await ground.event(4087, ofSite);
      expect(parameters).toMatchObject({ address: "127.0.0.1", bytes: injected[service].length });
      // It is told, and does not fill the log.
      expect((await ground.events(4087)).filter(ofSite).length).toBeLessThan(CONNECTIONS / 2);
    }, 40_000);

    test(`${service}: what is sent in clear behind the answer ends the connection, and is never answered`, async () => {
      const port = await ground.port(service);
      const one = async () => {
        using peer = await Peer.open(port);
        await peer.line();
        expect(await peer.ask(command)).toStartWith(begin);
        peer.say(injected[service]);
        return (await peer.ended()).heard;
      };
      const heard = await Promise.all(Array.from({ length: CONNECTIONS }, one));
      expect(new Set(heard)).toEqual(new Set([""]));
    }, 40_000);

    test(`${service}: what was said in clear before is forgotten by the handshake`, async () => {
      using peer = await Peer.open(await ground.port(service));
      await peer.line();
      const { command: who, answer } = whoAmI[service];
      expect(await peer.ask(who)).toBe(answer);
      if (service === "nntp") {
        // Whoever is logged in may not begin TLS (RFC 4642 §2.2.1): half a login is what can be left over.
        expect(await peer.ask(command)).toStartWith(begin);
        await peer.secure();
        expect(await peer.ask(`AUTHINFO PASS ${PASSWORD}`)).toStartWith("482 ");
      } else {
        expect(await peer.ask(command)).toStartWith(begin);
        await peer.secure();
        if (service === "ftp") expect(await peer.ask(`PASS ${PASSWORD}`)).toStartWith("503 ");
      }
      expect(await peer.ask(who)).toBe(answer);
    });
  }

  test("SMTP: an exchange that was begun in clear does not go on under TLS", async () => {
    using peer = await Peer.open(await ground.port("smtp"));
    await peer.line();
    expect(await peer.ask("AUTH LOGIN")).toStartWith("334 ");
    // Within the exchange it is a wrong answer, and no command.
    expect(await peer.ask("STARTTLS")).toStartWith("501 ");
    expect(await peer.ask("STARTTLS")).toStartWith("220 ");
    await peer.secure();
    expect(await peer.ask(Buffer.from("anna").toString("base64"))).toStartWith("500 ");
  });
});
