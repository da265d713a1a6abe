// Pairs and serving certificates for tests: made by us at any time, with a life of any length.
import type { ServingCertificate } from "../../ipc/serving-certificate.ts";
import { DAY_MS } from "../judge.ts";
import type { Pair } from "../pair.ts";
import { makeSelfSigned } from "../x509/self-signed.ts";

export const START_MS = Date.UTC(2026, 10, 27, 12);

/** Good from an hour before `fromDays` to `untilDays`, both counted from the start. */
export const pairFor = (hosts: readonly string[], untilDays = 90, fromDays = 0): Pair =>
  makeSelfSigned({ hosts, fromMs: START_MS + fromDays * DAY_MS - 3_600_000, untilMs: START_MS + untilDays * DAY_MS });

/** What a book looks at; chain and key are no real ones. */
export const servingFor = (name: string, parts: Partial<ServingCertificate> = {}): ServingCertificate => ({
  name,
  names: [],
  chain: "chain",
  key: "key",
  fingerprint: name,
  notBeforeMs: START_MS - DAY_MS,
  notAfterMs: START_MS + 90 * DAY_MS,
  generation: 1,
  ...parts,
});
