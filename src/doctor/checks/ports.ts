// The addresses that sites listen on: while no server runs each is really opened for a moment, as the user of the server; a
// running one has said itself which it could not open, and here is seen who holds those.
import { about } from "../../base/fault.ts";
import { netEvents } from "../../net/events.ts";
import { addressAndPort } from "../../net/ip-address.ts";
import { type ListenFailure, listenFailureText } from "../../net/system/listen-failure.ts";
import { portHolders } from "../../net/system/port-holder.ts";
import type { DoctorCheck, Finding } from "../../service/doctor-check.ts";
import { serverSection } from "../../supervisor/server-settings.ts";
import type { Case } from "../case.ts";
import { sitesOf } from "../sites.ts";
import { grantsLowPorts, unitsOf } from "../units.ts";

interface Wanted {
  readonly address: string;
  readonly port: number;
  /** The first site that wants it, and the setting that says so. */
  readonly site: string;
  readonly setting: string;
}

export const portsCheck: DoctorCheck<Case> = {
  name: "ports",
  title: "the addresses of all sites: free, on this machine, and allowed",
  needs: ["metabase"],
  async look(it) {
    const wanted = wantedBy(it);
    if (it.status !== undefined) return heldFromServer(it, wanted);
    // Somebody has the home who does not answer: whether he holds the ports too cannot be told by trying.
    if (it.isHeld) return [];
    const ends = await it.tryAs(
      "server",
      wanted.map(({ address, port }) => ({ try: "bind", address, port })),
    );
    const passes = grantsLowPorts(unitsOf(it));
    return wanted.flatMap((one, index): readonly Finding[] => {
      const end = ends[index];
      if (end === undefined || end.is === "fine" || end.is === "no-answer") return [];
      const kind = String(end.facts?.kind ?? "other") as ListenFailure["kind"];
      // Systemd will give the right, or the socket itself; a user at a terminal does not have it.
      if (kind === "not-permitted" && passes) return [];
      const because = kind === "port-taken" ? heldBy(one) : end.because;
      return [finding(one, kind, because)];
    });
  },
};

function wantedBy({ metabase, parts }: Case): readonly Wanted[] {
  const byAddress = new Map<string, Wanted>();
  const metrics = metabase?.values("server", serverSection).metricsBinding;
  if (metrics != null) {
    const { address, port } = metrics;
    byAddress.set(addressAndPort(address, port), { address, port, site: "server", setting: "server/metricsBinding" });
  }
  for (const { path, values } of metabase === undefined ? [] : sitesOf(metabase, parts.services))
    for (const [key, bindings] of [
      ["bindings", values.bindings],
      ["secureBindings", values.secureBindings],
    ] as const)
      for (const { address, port } of bindings) {
        const name = addressAndPort(address, port);
        if (port !== 0 && !byAddress.has(name))
          byAddress.set(name, { address, port, site: path, setting: `${path}/${key}` });
      }
  return [...byAddress.values()];
}

/** Sites of the running server that are not where they want to be. */
function heldFromServer({ status }: Case, wanted: readonly Wanted[]): readonly Finding[] {
  const troubled = new Map(
    (status?.services ?? []).flatMap(({ sites }) =>
      sites.filter((it) => it.faults.length > 0).map((it) => [it.path, it] as const),
    ),
  );
  return wanted.flatMap((one): readonly Finding[] => {
    const name = addressAndPort(one.address, one.port);
    const site = troubled.get(one.site);
    const fault = site?.faults.find((it) => it.attempted === `Cannot listen on ${name}`);
    if (fault === undefined) return [];
    const kind = kindOf(fault.because);
    const because = kind === "port-taken" ? heldBy(one) : fault.because;
    return [{ ...finding(one, kind, because), sinceMs: site?.sinceMs }];
  });
}

const kindOf = (because: string): ListenFailure["kind"] =>
  because.includes("holds the port")
    ? "port-taken"
    : because.includes("no interface of this machine")
      ? "address-missing"
      : because.includes("may not open port")
        ? "not-permitted"
        : "other";

/** Asked by this process: the user of the server may not see whose it is, and root does. */
const heldBy = ({ address, port }: Wanted): string =>
  listenFailureText({ address, port, kind: "port-taken", holders: portHolders(address, port, "tcp") });

const rows = {
  "port-taken": netEvents.portTaken,
  "address-missing": netEvents.addressMissing,
  "not-permitted": netEvents.portNotPermitted,
  "out-of-descriptors": netEvents.outOfDescriptors,
  other: netEvents.cannotListen,
} as const satisfies Record<ListenFailure["kind"], unknown>;

function finding({ address, port, site, setting }: Wanted, kind: ListenFailure["kind"], because: string): Finding {
  const name = addressAndPort(address, port);
  return {
    level: "error",
    subject: about("address", name),
    what: `Nothing can listen on ${name}: ${because}`,
    matters: `${site}, and whoever else is bound there, cannot be reached by it; all other addresses serve`,
    remedy: rows[kind].remedy.replaceAll("{setting}", setting),
    article: rows[kind].article ?? null,
    causes: [`address:${name}`, `site:${site}`],
  };
}
