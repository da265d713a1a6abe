// Ports, addresses and bindings: F01 to F05, and what is like it.
import { createServer } from "node:net";
import { freePort } from "../../program/free-port.ts";
import { freeLowPort, nobody } from "../../program/machine.ts";
import type { Rig } from "../rig.ts";
import type { FaultRow } from "../row.ts";
import { editTree } from "../tampering.ts";

/** Of the block that is for examples: no machine has it. */
const MISSING = "192.0.2.1:2121";
const lowPort = await freeLowPort();
const SECOND = "www/sites/second/bindings";
const address = (name: RegExp) => ({ kind: "address", name }) as const;

/** A change while no server runs. */
async function set(rig: Rig, path: string, value: string): Promise<void> {
  await rig.program.must("config", "set", path, value);
}

/** Another program that holds a port. */
async function hold(rig: Rig, port: number): Promise<void> {
  const holder = createServer().listen(port, "127.0.0.1");
  await new Promise((resolve) => holder.once("listening", resolve));
  rig.hold(() => holder.close());
}

export const bindingRows: readonly FaultRow[] = [
  {
    name: "the port of a site is taken by another program",
    family: "F01",
    object: address(/127\.0\.0\.1:\d+/),
    article: "port-in-use",
    moment: "down",
    disturbs: ["www/second"],
    async inject(rig) {
      const port = await freePort();
      await set(rig, SECOND, `127.0.0.1:${port}`);
      await hold(rig, port);
    },
    heal: { by: "commands", commands: [`config set ${SECOND} 127.0.0.1:0`] },
  },
  {
    name: "a port below 1024 is asked for without the right to open it",
    family: "F02",
    object: address(new RegExp(`127\\.0\\.0\\.1:(?<PORT>${lowPort})`)),
    article: "port-forbidden",
    moment: "down",
    disturbs: ["www/second"],
    user: nobody,
    skip: nobody === undefined || lowPort === undefined ? "only root can be somebody else" : undefined,
    inject: (rig) => set(rig, SECOND, `127.0.0.1:${lowPort}`),
    heal: { by: "commands", commands: [`config set ${SECOND} 127.0.0.1:0`] },
  },
  {
    name: "an address of a site is not on this machine any more",
    family: "F05",
    object: address(/192\.0\.2\.1:2121/),
    article: "address-missing",
    moment: "down",
    disturbs: ["ftp/default"],
    inject: (rig) => set(rig, "ftp/sites/default/bindings", MISSING),
    heal: { by: "commands", commands: ["config set ftp/sites/default/bindings 127.0.0.1:0"] },
  },
  {
    name: "a second site is to have the binding of the first",
    family: "F03",
    object: { kind: "setting", name: /nntp\/sites\/default/ },
    article: "two-sites-one-binding",
    moment: "running",
    disturbs: [],
    doctor: "nothing left",
    prepare: async (rig) => set(rig, "nntp/sites/default/bindings", `127.0.0.1:${await freePort()}`),
    inject: (rig) =>
      rig.refused("config", "set", "nntp/sites/second/bindings", `127.0.0.1:${rig.ports.get("nntp/default")?.clear}`),
    heal: { by: "itself", when: "the change is refused, and what serves stays" },
  },
  {
    name: "a binding is not of the form that bindings have",
    family: "F04",
    object: { kind: "setting", name: /nntp\/sites\/second\/bindings/ },
    article: "malformed-binding",
    moment: "running",
    disturbs: [],
    doctor: "nothing left",
    inject: (rig) => rig.refused("config", "set", "nntp/sites/second/bindings", "127.0.0.1:nntp:"),
    heal: { by: "itself", when: "the change is refused, and what serves stays" },
  },
  {
    name: "two sites have one binding, written into the file of the metabase by hand",
    family: "F03",
    object: { kind: "metabase", name: /\/metabase/ },
    article: "metabase-damaged",
    moment: "down",
    disturbs: [],
    doctor: "nothing left",
    inject: (rig) => editTree(rig, "127.0.0.1:0", "127.0.0.1:9"),
    heal: { by: "itself", when: "the copy of the metabase serves" },
  },
  {
    name: "one site of a thousand gets a binding that cannot be opened",
    family: "own",
    object: address(/192\.0\.2\.1:2121/),
    article: "address-missing",
    moment: "running",
    disturbs: ["nntp/second"],
    async inject(rig) {
      const names = Array.from({ length: 992 }, (_, n) => `many${n}`);
      await rig.apply({ ftp: { sites: Object.fromEntries(names.map((it) => [it, { autoStart: false }])) } });
      await set(rig, "nntp/sites/second/bindings", MISSING);
    },
    heal: { by: "commands", commands: ["config revert"] },
  },
];
