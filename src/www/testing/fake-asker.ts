// Somebody who asks a web site, for tests that need no connection.
import type { Asker } from "../content/asker.ts";

export const fakeAsker = (more: Partial<Asker> = {}): Asker => ({
  address: "192.0.2.1",
  isLocal: false,
  secured: undefined,
  user: undefined,
  traceId: () => "trace-1",
  cut: () => {},
  ...more,
});
