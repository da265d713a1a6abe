// The settings of a site that a way is made of, by their paths: what is to be changed when it leads nowhere. Pure.
import type { DeliveryPolicy, Way } from "../deliver/policy.ts";

export interface WaySettings {
  readonly tls: string;
  /** Not where the domain of the recipient names the hosts. */
  readonly hosts?: string;
  readonly user?: string;
  readonly password?: string;
  readonly certificate?: string;
  /** What changes the sender: only a route has it. */
  readonly sender?: string;
}

/** `path` is that of the site. */
export function waySettings({ smartHost, routes }: DeliveryPolicy, way: Way, path: string): WaySettings {
  if (way === smartHost)
    return {
      tls: `${path}/smartHostTls`,
      hosts: `${path}/smartHost`,
      user: `${path}/smartHostUser`,
      password: `${path}/smartHostPassword`,
      certificate: `${path}/smartHostCertificate`,
    };
  if (![...routes.values()].some((it) => it === way)) return { tls: `${path}/directTls` };
  const { setting } = way;
  return {
    tls: `${setting}/tls`,
    ...(way.hosts === undefined ? {} : { hosts: `${setting}/hosts` }),
    user: `${setting}/user`,
    password: `${setting}/password`,
    certificate: `${setting}/certificate`,
    sender: `${setting}/sender`,
  };
}
