// A site as an order describes it, decoded: its settings as values, and its secrets opened or with the reason why not. For
// whoever opens the site, and for whoever does an errand at it.
import { about, type Fault, fault } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { SiteOrder } from "../ipc/messages.ts";
import { decodeOwn } from "../schema/decode.ts";
import { valuesOf } from "../schema/resolve.ts";
import type { OrderedSite, Service } from "./service.ts";
import type { SiteValues } from "./site-settings.ts";

export function orderedSite({ siteSection }: Service, order: SiteOrder): Result<OrderedSite<SiteValues>, Fault> {
  const { name, path, below, secrets } = order;
  const { own, problems } = decodeOwn(siteSection, order.values, path);
  const [wrong] = problems;
  if (wrong !== undefined)
    return bad(
      fault(
        about("setting", wrong.path),
        `Cannot open ${path}`,
        `${wrong.path} is ${wrong.given}`,
        `It needs ${wrong.wish}`,
      ),
    );
  const values = valuesOf(siteSection, [{ path, section: siteSection, own }]);
  const secret = (key: string): Result<string, Fault> | undefined => {
    const it = Object.hasOwn(secrets, key) ? secrets[key] : undefined;
    if (it === undefined) return undefined;
    return "clear" in it ? good(it.clear) : bad(it.fault);
  };
  return good({ name, path, values, below, secret });
}
