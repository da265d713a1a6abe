// What a web site bears of its clients: times and sizes, before anybody looks at what is asked. Definitions only.
import type { ConnectionLimits } from "../../proto/http/connection/door.ts";
import { usualConnectionLimits } from "../../proto/http/connection/usual-limits.ts";
import { type StreamLimits, usualStreamLimits } from "../../proto/http2/connection/stream-limits.ts";
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
  http2: setting(flag, {
    ...facts,
    fallback: true,
    doc: "Whether HTTP/2 is offered to clients that connect with TLS. A client that does not know it speaks HTTP/1.1.",
  }),
  http2Clear: setting(flag, {
    ...facts,
    fallback: false,
    doc: "Whether clients may speak HTTP/2 without TLS, as some proxies do that know beforehand. Browsers never do.",
  }),
  http2StreamsMax: setting(whole({ min: 1, max: 10_000 }), {
    ...facts,
    fallback: usualStreamLimits.streamsMax,
    doc: "How many requests a client of HTTP/2 may have under way on one connection; more are told to come again.",
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

export const streamLimits = (values: EngineValues): StreamLimits => ({
  ...usualStreamLimits,
  streamsMax: values.http2StreamsMax,
});

/** As ALPN names them, RFC 9113 §3.1, in the order in which they are liked. */
export const webProtocols = ["h2", "http/1.1"] as const;

export const protocolsOf = ({ http2 }: EngineValues): readonly string[] =>
  webProtocols.filter((it) => http2 || it !== "h2");
