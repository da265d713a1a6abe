// A connection as a dialogue sees it, for tests that need no socket: it says what it is told to say.
import { bad } from "../../base/result.ts";
import { Ends } from "../access-log/ends.ts";
import type { Connection, Secured } from "../connection.ts";

export const underTls: Secured = {
  protocol: "TLSv1.3",
  cipher: "TLS_AES_128_GCM_SHA256",
  serverName: undefined,
  alpn: undefined,
  clientName: undefined,
  clientFingerprint: undefined,
  clientDistrust: undefined,
  resumed: false,
};

const said = {
  trace: "t1",
  peer: { address: "192.0.2.1", port: 5000 },
  local: { address: "192.0.2.2", port: 25 },
};

export const fakeConnection = (more: Partial<Connection> = {}): Connection => ({
  ...said,
  ends: endsOf({ ...said, ...more }),
  secured: undefined,
  canSecure: true,
  secure: () => Promise.resolve(bad("no socket")),
  moveTo: () => undefined,
  visit: { request: () => undefined, failure: () => undefined },
  onFinish: () => {},
  ...more,
});

const endsOf = ({ peer, local, trace }: Pick<Connection, "peer" | "local" | "trace">): Ends =>
  new Ends(peer, local, trace);
