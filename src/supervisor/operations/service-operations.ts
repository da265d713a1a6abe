// What can be asked of a server that runs: its status, its end, and the life of services and sites.
import type { Json } from "../../base/json.ts";
import { didYouMean } from "../../base/nearest.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { text } from "../../schema/kinds/plain.ts";
import type { LoginDesk } from "../login-desk.ts";
import { type Given, needed, type Operation, optional, plain, type Refusal, refusal } from "../operation.ts";
import type { Answered, ServiceControl, ServiceVerb } from "../service-control.ts";
import type { SuccessionDesk } from "../succession/succession-desk.ts";
import type { Supervisor } from "../supervisor.ts";

export interface Running {
  readonly supervisor: Supervisor;
  readonly logins: LoginDesk;
  readonly desk: SuccessionDesk;
  /** Keys that were missing may have been put back. */
  lookAtKeys(): Promise<void>;
  /** Begins the end of the server; the answer is on its way before it comes. */
  down(by: string): void;
}

export const who = needed(text({ min: 1, max: 200 }), "Who asks, for the log.");
const takes = {
  who,
  service: needed(text({ min: 1, max: 64 }), "The service: www, ftp, smtp or nntp."),
  site: optional(text({ min: 1, max: 255 }), "One site of it; without it the whole service."),
};

const asked = (verb: ServiceVerb, doc: string): Operation<Running> => ({
  name: `service.${verb}`,
  reads: false,
  doc,
  takes,
  run({ supervisor }, given) {
    const control = find(supervisor, given);
    if (!control.ok) return control;
    const by = String(given.who);
    if (given.site === undefined) {
      const was = control.value.state;
      return good({ state: control.value.ask(verb, by), was });
    }
    return asJson(control.value.askSite(String(given.site), verb, by));
  },
});

export const serviceOperations: readonly Operation<Running>[] = [
  {
    name: "server.ping",
    reads: true,
    doc: "Whether a server answers, and which process it is.",
    takes: {},
    run: () => good({ pid: process.pid }),
  },
  {
    name: "status.show",
    reads: true,
    doc: "Everything on one page: services, sites, addresses, processes, and what is wrong.",
    takes: {},
    async run({ supervisor, lookAtKeys }) {
      await lookAtKeys();
      return good(plain(supervisor.status()));
    },
  },
  {
    name: "server.down",
    reads: false,
    doc: "Ends the server: connections may finish for as long as drainTimeout allows.",
    takes: { who },
    run({ down }, given) {
      down(String(given.who));
      return good({});
    },
  },
  asked("start", "Starts a service or a site; one that waits for its next try is tried at once."),
  asked("stop", "Ends a service or a site after its connections; it stays ended until it is started."),
  asked("pause", "New connections are turned away in the words of the protocol; those that are open go on."),
  asked("continue", "Ends a pause."),
  {
    name: "service.restart",
    reads: false,
    doc: "Replaces the workers of a service without refusing a connection; answers when the new ones serve. A site is stopped and started.",
    takes,
    async run({ supervisor, lookAtKeys }, given) {
      await lookAtKeys();
      const control = find(supervisor, given);
      if (!control.ok) return control;
      const by = String(given.who);
      const it = control.value;
      const was = it.state;
      if (given.site !== undefined) return asJson(it.askSite(String(given.site), "restart", by));
      const replaced = await it.restart(by);
      if (replaced.ok) return good({ state: it.state, was });
      return bad(refusal("unavailable", `The workers of ${it.service.name} were not replaced: ${replaced.error}`));
    },
  },
];

const asJson = (asked: Result<Answered, Refusal>): Result<Json, Refusal> =>
  asked.ok ? good({ state: asked.value.state, was: asked.value.was }) : asked;

function find(supervisor: Supervisor, given: Given): Result<ServiceControl, Refusal> {
  const name = String(given.service);
  const control = supervisor.controls.get(name);
  if (control !== undefined) return good(control);
  const names = [...supervisor.controls.keys()];
  return bad(
    refusal("unknown", `There is no service ${name}${didYouMean(name, names)}; there are ${names.join(", ")}`),
  );
}
