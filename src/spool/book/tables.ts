// The tables of the spool in SQLite. Text only; the files beside this one ask and fill them.

/** "insm" in the header of the file: what tells our database from another program's. */
export const APPLICATION = 0x696e_736d;

/**
 * Those of today. The text is compared with what the file says, so a damaged definition is found. Accepting pays for no index by address
 * or sender: their pages lie anywhere, and a long queue would make it slow. What is in the queue is found by a walk
 * through `recipient_open` or `message_open`, which hold what is asked for; what has left, by its own indexes.
 */
export const tables: Readonly<Record<string, string>> = {
  meta: "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
  message:
    "CREATE TABLE message (n INTEGER PRIMARY KEY, id TEXT NOT NULL, received_ms INTEGER NOT NULL, sender TEXT NOT NULL COLLATE NOCASE, envelope TEXT NOT NULL, source TEXT NOT NULL, facts TEXT NOT NULL, trace TEXT, size_bytes INTEGER NOT NULL, in_file INTEGER NOT NULL, open INTEGER NOT NULL, left_ms INTEGER) STRICT",
  message_id: "CREATE UNIQUE INDEX message_id ON message (id)",
  message_open: "CREATE INDEX message_open ON message (id, sender) WHERE left_ms IS NULL",
  message_sender: "CREATE INDEX message_sender ON message (sender) WHERE left_ms IS NOT NULL",
  message_trace: "CREATE INDEX message_trace ON message (trace) WHERE trace IS NOT NULL",
  message_left: "CREATE INDEX message_left ON message (left_ms) WHERE left_ms IS NOT NULL",
  body: "CREATE TABLE body (message INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT",
  place: "CREATE TABLE place (message INTEGER PRIMARY KEY, file TEXT NOT NULL, start INTEGER NOT NULL) STRICT",
  place_file: "CREATE INDEX place_file ON place (file)",
  recipient:
    "CREATE TABLE recipient (message INTEGER NOT NULL, i INTEGER NOT NULL, address TEXT NOT NULL COLLATE NOCASE, domain TEXT NOT NULL COLLATE NOCASE, destination TEXT NOT NULL, fair TEXT NOT NULL, priority INTEGER NOT NULL, status INTEGER NOT NULL, due_ms INTEGER NOT NULL, attempts INTEGER NOT NULL, reply TEXT NOT NULL, notify TEXT, orcpt TEXT, delay_told INTEGER NOT NULL, uncertain INTEGER NOT NULL, ordered TEXT, happened INTEGER NOT NULL, PRIMARY KEY (message, i)) STRICT, WITHOUT ROWID",
  recipient_open:
    "CREATE INDEX recipient_open ON recipient (destination, status, priority, fair, due_ms, address) WHERE status < 10",
  recipient_address: "CREATE INDEX recipient_address ON recipient (domain, address) WHERE status >= 10",
  happening:
    "CREATE TABLE happening (message INTEGER NOT NULL, i INTEGER NOT NULL, slot INTEGER NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, what TEXT NOT NULL, who TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (message, i, slot)) STRICT, WITHOUT ROWID",
  destination: "CREATE TABLE destination (name TEXT PRIMARY KEY, next_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID",
};
