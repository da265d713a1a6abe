// What the SMTP service counts besides what every service does. Rows only; sessions count at their site, and the process
// that delivers says how long the queue is.
import { counter, splitCounter } from "../net/metrics/metric.ts";
import { ownMetrics, queueMetrics } from "../net/metrics/metrics.ts";

export const mailMetrics = ownMetrics({
  ...queueMetrics,
  messages: splitCounter(
    "inetsrv_mail_messages_total",
    "outcome",
    ["accepted", "refused", "failed", "dropped"],
    "Messages that came in: accepted into the queue, refused for their header, failed because of this server, or dropped because they broke off, were too large, or had lines that no message has.",
  ),
  recipients: counter("inetsrv_mail_recipients_total", "Recipients of the messages that were accepted."),
  recipientsRefused: counter(
    "inetsrv_mail_recipients_refused_total",
    "Recipients that were refused: no such mailbox, or nobody may relay to them.",
  ),
  deliveries: splitCounter(
    "inetsrv_mail_deliveries_total",
    "outcome",
    ["delivered", "deferred", "failed"],
    "Recipients by what came of trying to deliver to them: delivered, deferred to be tried again, or failed for good.",
  ),
  messageBytes: counter("inetsrv_mail_message_bytes_total", "Bytes of the messages that were accepted.", "bytes"),
});

export const mailCells = mailMetrics.cells;
