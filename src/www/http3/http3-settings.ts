// Whether a web site speaks HTTP/3. Definitions only.
import { flag } from "../../schema/kinds/plain.ts";
import { type Setting, setting } from "../../schema/section.ts";

export const http3Settings = {
  http3: setting(flag, {
    since: "0.1",
    applies: "live",
    fallback: false,
    doc: "Experimental. Whether the site is served over HTTP/3 too, at the UDP ports with the numbers of secureBindings, and tells clients so (Alt-Svc). The engine is the runtime's. A worker opens the port itself: below 1024 the system has to let everybody do that (net.ipv4.ip_unprivileged_port_start). Of several workers one serves HTTP/3. Client certificates and the PROXY protocol do not exist there.",
  }),
};

type Settings = typeof http3Settings;
export type Http3Values = {
  readonly [Key in keyof Settings]: Settings[Key] extends Setting<infer T> ? T : never;
};
