// The metrics that every site of every service has. Rows only: who serves counts, and the supervisor adds up. A service
// adds rows of its own with `ownMetrics`. What each request counts stands first and together: of thousands of sites the numbers
// lie in memory that no cache holds, which is fetched a line at a time.
import { counter, gauge, histogram, type MetricList, type Metrics, metricList, splitCounter } from "./metric.ts";

/** From what a cache answers to what a person gives up on; in seconds. */
const latencyBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export const siteMetrics = metricList({
  connections: counter("inetsrv_connections_total", "Connections that were accepted."),
  connectionsOpen: gauge("inetsrv_connections_open", "Connections that are open now."),
  requests: splitCounter(
    "inetsrv_requests_total",
    "outcome",
    ["done", "refused", "failed", "aborted"],
    "Requests or commands by their outcome: done, refused because of what was asked or who asked, failed because of this server, or broken off by the peer.",
  ),
  bytesIn: counter("inetsrv_received_bytes_total", "Bytes that peers have sent.", "bytes"),
  bytesOut: counter("inetsrv_sent_bytes_total", "Bytes that were sent to peers.", "bytes"),
  requestSeconds: histogram(
    "inetsrv_request_duration_seconds",
    latencyBounds,
    "Time from the last byte of a request or command to the last byte of its answer.",
  ),
  connectionsRefused: splitCounter(
    "inetsrv_connections_refused_total",
    "reason",
    ["limit", "paused", "address", "rate", "blocked", "no-site", "proxy"],
    "Connections that were turned away before their first request, by the reason.",
  ),
  handshakes: splitCounter(
    "inetsrv_tls_handshakes_total",
    "protocol",
    ["TLSv1.2", "TLSv1.3"],
    "TLS handshakes that were completed, by the version of the protocol.",
  ),
  handshakesResumed: counter(
    "inetsrv_tls_handshakes_resumed_total",
    "TLS handshakes that took up an earlier session; they are counted among the completed ones too.",
  ),
  handshakesFailed: splitCounter(
    "inetsrv_tls_handshakes_failed_total",
    "reason",
    ["version", "cipher", "certificate", "no-certificate", "timeout", "closed", "other"],
    "TLS handshakes that came to nothing, by the reason.",
  ),
  loginsFailed: splitCounter(
    "inetsrv_logins_failed_total",
    "reason",
    ["wrong", "not-allowed", "blocked", "busy", "unavailable"],
    "Logins that were refused, by the reason.",
  ),
  logLinesLost: counter("inetsrv_access_log_lines_lost_total", "Lines that could not be written to the access log."),
});

/** Where each of them has its numbers. */
export const siteCells = siteMetrics.cells;

/** The rows that a service has besides; they belong into its definition. */
export const ownMetrics = <const M extends Metrics>(metrics: M): MetricList<M> => metricList(metrics, siteMetrics.end);

/** For services whose sites have a queue: `ownMetrics({ ...queueMetrics, ... })`. */
export const queueMetrics = {
  queueLength: gauge("inetsrv_queue_length", "Entries that wait in the queue."),
  queueAge: gauge("inetsrv_queue_age_seconds", "How long the oldest entry of the queue has waited.", {
    unit: "seconds",
    together: "max",
  }),
};
