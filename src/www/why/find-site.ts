// Which site answers at an address, port and host, for `inetsrv www why`: by the bindings as they are written, in the order in
// which a connection finds its site.
import { Place, PlaceTable } from "../../net/front/place-table.ts";
import type { SiteWritten } from "../../proto/http/url-question.ts";
import { type Binding, normalAddress, parseBinding, printBinding } from "../../schema/kinds/network.ts";

export interface Sought {
  /** In brackets where it is an address of IPv6. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

export interface Bound {
  readonly site: SiteWritten;
  /** Undefined for the site that takes hosts that nobody has. */
  readonly binding: Binding | undefined;
}

/** "nobody": somebody listens there, and none of them has the host. "silence": nobody listens. */
export function findSite(sites: readonly SiteWritten[], sought: Sought): Bound | "nobody" | "silence" {
  const bound = sites.flatMap((site) => bindingsOf(site, sought).map((binding) => ({ site, binding })));
  const place = placeOf(bound, sought);
  if (place === undefined) return "silence";
  const named = place.named(sought.host);
  if (named !== undefined) return named;
  const stray = sites.find(({ name, values }) => values.defaultSite === name);
  return stray === undefined ? "nobody" : { site: stray, binding: undefined };
}

function bindingsOf({ values }: SiteWritten, { port, secure }: Sought): readonly Binding[] {
  const written: unknown = secure ? values.secureBindings : values.bindings;
  const bindings = Array.isArray(written) ? written.map((it) => parseBinding(String(it))) : [];
  return bindings.filter((it) => it !== undefined).filter((it) => it.port === port);
}

/** A name may lead to any address of the machine; an address is that one. */
function placeOf(bound: readonly { site: SiteWritten; binding: Binding }[], sought: Sought): Place<Bound> | undefined {
  const { secure, host } = sought;
  const address = normalAddress(host);
  if (address === undefined) {
    const place = new Place<Bound>(secure);
    for (const it of bound) place.add(it.binding.host, it);
    return place.empty ? undefined : place;
  }
  const places = new PlaceTable<Bound>();
  for (const it of bound) places.add({ tag: 0, address: it.binding.address, host: it.binding.host, secure }, it);
  return places.at(0, address);
}

export const bindingText = ({ binding }: Bound): string =>
  binding === undefined ? "no binding has the host, and defaultSite takes it" : `${printBinding(binding)} fits`;
