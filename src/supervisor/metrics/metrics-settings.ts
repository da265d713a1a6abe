// The settings of the listener that gives out the metrics. Definitions only.
import type { Kind } from "../../schema/kind.ts";
import { textual } from "../../schema/kind.ts";
import { list } from "../../schema/kinds/group.ts";
import { addressRange, type Binding, binding, parseBinding, printBinding } from "../../schema/kinds/network.ts";
import { setting } from "../../schema/section.ts";

/** A binding without a host name, as nobody asks for the metrics of a host. */
const addressAndPort: Kind<Binding, string> = {
  ...textual(
    "address and port",
    "address:port, such as 127.0.0.1:9464, [::1]:9464 or *:9464",
    "127.0.0.1:9464",
    (text) => {
      const parsed = parseBinding(text);
      return parsed?.host === "" ? parsed : undefined;
    },
    printBinding,
  ),
  claims: (value) => binding.claims?.(value) ?? [],
};

export const metricsSettings = {
  metricsBinding: setting(addressAndPort, {
    fallback: null,
    since: "0.1",
    applies: "live",
    doc: "Where Prometheus, or what reads its text format, fetches the metrics: http://ADDRESS:PORT/metrics. Without it nobody listens, and the metrics are had by inetsrv metrics only. They tell the names of the sites and how much each is used, and go in clear text and without a password: choose an address that only your own machines reach.",
  }),
  metricsAllow: setting(list(addressRange, { max: 1000 }), {
    fallback: [],
    since: "0.1",
    applies: "live",
    doc: "Addresses and networks that may fetch the metrics besides this machine itself. From all others a connection is closed before a byte of it is read.",
  }),
};
