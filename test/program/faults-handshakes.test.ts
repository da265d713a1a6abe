import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { needing } from "./client.ts";
import { eventually } from "./eventually.ts";
import { allServices, Ground, lineServices, type ServiceName } from "./ground.ts";
import { Peer } from "./peer.ts";
import { questions, starttls } from "./protocols.ts";
import { cutsIn, type Manner, Relay } from "./relay.ts";

const servername = "mail.example";
const manners: readonly Manner[] = ["close", "reset", "stall"];
const { title, skip } = needing("handshakes that are abandoned", "openssl");

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  /** Of the workers, while nobody is connected. */
  let sockets: number;
  beforeAll(async () => {
    // Those who fall silent come to a site that waits for little; who is good may take his time on a busy machine.
    const bindings = { bindings: ["127.0.0.1:0"], secureBindings: ["127.0.0.1:0"] };
    const hasty = { ...bindings, handshakeTimeout: "1s", idleTimeout: "2s" };
    const document = Object.fromEntries(allServices.map((it) => [it, { sites: { hasty } }]));
    ground = await Ground.up({ names: [servername], document });
    sockets = await ground.sockets();
  }, 60_000);
  afterAll(() => ground[Symbol.asyncDispose]());

  /** A client that goes as far as it is let: through the handshake, and to one answer. */
  async function handshake(port: number, service: ServiceName, way: "implicit" | "starttls", version: Version) {
    using peer = await Peer.open(port);
    try {
      if (way === "starttls" && service !== "www") {
        await peer.line();
        await peer.ask(starttls[service].command);
      }
      await peer.secure({ servername, minVersion: version, maxVersion: version });
      peer.say(questions[service].text);
      await peer.hear(questions[service].answer);
      return "secured";
    } catch {
      return "abandoned";
    }
  }
  type Version = "TLSv1.2" | "TLSv1.3";

  const portOf = (service: ServiceName, way: "implicit" | "starttls", site: "default" | "hasty") =>
    way === "implicit" ? ground.securePort(service, site) : ground.port(service, site);
  const places = [
    ...allServices.map((service) => ({ service, way: "implicit" }) as const),
    ...lineServices.map((service) => ({ service, way: "starttls" }) as const),
  ];

  for (const version of ["TLSv1.2", "TLSv1.3"] as const)
    test(`${version}: between and within the records of the client, by an end, a reset or silence; then nobody is left and a good client is served`, async () => {
      const workers = await ground.server.workers();
      const tries: (() => Promise<unknown>)[] = [];
      for (const { service, way } of places) {
        await using whole = await Relay.open(await portOf(service, way, "default"));
        expect(await handshake(whole.port, service, way, version)).toBe("secured");
        const inClear = way === "starttls" ? starttls[service].command.length + 2 : 0;
        const cuts = cutsIn(whole.sent, inClear).filter((at) => at < whole.sent.length);
        expect(cuts.length).toBeGreaterThan(9);
        const port = await portOf(service, way, "hasty");
        for (const manner of manners)
          for (const at of cuts)
            tries.push(async () => {
              await using relay = await Relay.open(port, at, manner);
              await handshake(relay.port, service, way, version);
            });
      }
      await Promise.all(tries.map((it) => it()));
      await ground.untilNobodyIsConnected(sockets);
      for (const { service, way } of places) {
        expect(await handshake(await portOf(service, way, "default"), service, way, version)).toBe("secured");
      }
      expect(await ground.server.workers()).toEqual(workers);
    }, 40_000);

  test("a client that falls silent in the handshake is cut, counted, and not told in the event log", async () => {
    const port = await ground.securePort("smtp", "hasty");
    const failed = () => ground.metric("smtp", "inetsrv_tls_handshakes_failed_total", "timeout", "hasty");
    const before = await failed();
    using silent = await Peer.open(port);
    expect(await silent.ended()).toEqual({ ending: "closed", heard: "" });
    using wordy = await Peer.open(await ground.port("smtp", "hasty"));
    await wordy.line();
    await wordy.ask("STARTTLS");
    expect((await wordy.ended()).heard).toBe("");
    await eventually("both are counted", async () => (await failed()) >= before + 2);
    expect(await ground.events(4085)).toEqual([]);
  });
});
