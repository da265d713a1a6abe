// Answers of a server as tests need them: a status of which only what matters is written down.
import { about, fault } from "../../base/fault.ts";
import type { ServerStatus, ServiceStatus, SiteStatus } from "../../supervisor/answers.ts";
import { START_MS } from "./fake-world.ts";

const sinceMs = START_MS - 7_800_000;

export const portTaken = fault(
  about("address", "0.0.0.0:25"),
  "Cannot listen on 0.0.0.0:25",
  "process 812 (master) holds the port",
  "Stop it, or set smtp/sites/second/bindings",
);

export const site = (name: string, more: Partial<SiteStatus> = {}): SiteStatus => ({
  name,
  title: "",
  path: `smtp/sites/${name}`,
  state: "running",
  sinceMs,
  revision: 12,
  addresses: ["127.0.0.1:2525"],
  secureAddresses: [],
  faults: [],
  ...more,
});

export const worker = (more: Partial<ServiceStatus["workers"][number]> = {}): ServiceStatus["workers"][number] => ({
  pid: 5,
  cpuMs: 63_000,
  memoryBytes: 42_000_000,
  state: "serving",
  sinceMs,
  connections: 12,
  waitingFor: "",
  ...more,
});

export const service = (name: string, more: Partial<ServiceStatus> = {}): ServiceStatus => ({
  name,
  title: name.toUpperCase(),
  state: "running",
  sinceMs,
  by: "start of the server",
  workers: [worker()],
  sites: [site("default")],
  nextTryMs: null,
  faults: [],
  ...more,
});

export const server = (services: readonly ServiceStatus[], more: Partial<ServerStatus> = {}): ServerStatus => ({
  version: "0.1.0",
  pid: 4711,
  home: "/srv/日本 inet/home", // system path: no such folder is opened
  sinceMs: START_MS - 7_900_000,
  ending: false,
  revision: 12,
  pending: null,
  trial: null,
  usage: { pid: 4711, cpuMs: 2000, memoryBytes: 60_000_000 },
  services,
  faults: [],
  doctor: null,
  ...more,
});
