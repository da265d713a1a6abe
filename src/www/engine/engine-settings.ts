// What a web site bears of its clients: times and sizes, before anybody looks at what is asked. Definitions only.
import type { ConnectionLimits } from "../../proto/http/connection/door.ts";
import { usualConnectionLimits } from "../../proto/http/connection/usual-limits.ts";
import { byteSize, duration } from "../../schema/kinds/measure.ts";
import { flag, whole } from "../../schema/kinds/plain.ts";
import { type Setting, setting } from "../../schema/section.ts";
import type { SiteValues } from "../../service/site-settings.ts";
import type { SessionLimits } from "./session-limits.ts";

const facts = { since: "0.1", applies: "new-connections" } as const;
const { head } = usualConnectionLimits;

export const engineSettings = {
  idleTimeout: setting(duration({ min: "1s", max: "1d" }), {
    ...facts,
    fallback: "2m",
    iis: { name: "ConnectionTimeout", id: 1013 },
    doc: "A connection that asks nothing for this long is closed. It is also the time within which a body has to bring what minBytesPerSecond wants, in either direction.",
  }),
  headerWaitTimeout: setting(duration({ min: "1s", max: "1h" }), {
    ...facts,
    fallback: "30s",
    iis: "headerWaitTimeout",
    doc: "How long the head of a request may take from its first byte to its last, however it comes; then it is 408.",
  }),
  minBytesPerSecond: setting(whole({ min: 1, max: 1_000_000 }), {
    ...facts,
    fallback: 240,
    iis: "minBytesPerSecond",
    doc: "A client that sends a body, or reads an answer, more slowly than this for as long as idleTimeout is cut off. One that is slow and keeps to it may take for ever.",
  }),
  allowKeepAlive: setting(flag, {
    ...facts,
    applies: "live",
    fallback: true,
    iis: { name: "AllowKeepAlive", id: 6038 },
    doc: "Whether a connection stays open behind an answer, for the next request.",
  }),
  requestLineBytesMax: setting(byteSize({ min: "256B", max: "64KiB" }), {
    ...facts,
    fallback: head.requestLineBytesMax,
    doc: "The longest first line of a request; a longer one is 414.",
  }),
  headerBytesMax: setting(byteSize({ min: "1KiB", max: "1MiB" }), {
    ...facts,
    fallback: head.fieldBytesMax,
    iis: "MaxRequestBytes",
    doc: "The largest size of all headers of a request together; more is 431.",
  }),
  headersMax: setting(whole({ min: 10, max: 10_000 }), {
    ...facts,
    fallback: head.fieldsMax,
    doc: "The largest number of headers of a request; more is 431.",
  }),
};

type Settings = typeof engineSettings;
export type EngineValues = {
  readonly [Key in keyof Settings]: Settings[Key] extends Setting<infer T> ? T : never;
} & Pick<SiteValues, "sessionTimeout">;

export const sessionLimits = (values: EngineValues): SessionLimits => ({
  idleMs: values.idleTimeout,
  headMs: values.headerWaitTimeout,
  bytesPerSecondMin: values.minBytesPerSecond,
  sessionMs: values.sessionTimeout,
});

export const connectionLimits = (values: EngineValues): ConnectionLimits => ({
  ...usualConnectionLimits,
  head: {
    requestLineBytesMax: values.requestLineBytesMax,
    fieldBytesMax: values.headerBytesMax,
    fieldsMax: values.headersMax,
  },
});
