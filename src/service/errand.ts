// An errand: something that an operator wants done at a site now, told step by step. It is done where the service itself
// would do it, in a worker; where none runs, the process of a command does it.
import { sentence } from "../base/fault.ts";
import type { JsonObject } from "../base/json.ts";
import { bad } from "../base/result.ts";
import type { SiteOrder } from "../ipc/messages.ts";
import { orderedSite } from "./ordered-site.ts";
import type { ErrandEnd, ErrandWorld, Service, ServiceEngine } from "./service.ts";

export interface ErrandOrder {
  /** The name of its row in the service. */
  readonly errand: string;
  /** The site as it is set at this moment, whether it is open or not. */
  readonly order: SiteOrder;
  readonly given: JsonObject;
}

export interface Doer {
  readonly service: Service;
  readonly engine: ServiceEngine;
}

export async function runErrand(doer: Doer, it: ErrandOrder, world: ErrandWorld): Promise<ErrandEnd> {
  const { service, engine } = doer;
  const run = engine.errands?.[it.errand];
  if (run === undefined) throw new Error(`${service.name} knows no errand ${it.errand}`);
  const site = orderedSite(service, it.order);
  return site.ok ? await run(site.value, it.given, world) : bad(sentence(site.error));
}
