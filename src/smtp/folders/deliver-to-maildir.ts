// Puts a message into a Maildir, where IMAP servers and mail programs of Unix find it: written in tmp, moved to new. It
// reads nothing there, and leaves flags and folders to those who read.
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { good } from "../../base/result.ts";
import { printMailbox } from "../../proto/smtp/address.ts";
import { newField } from "../../proto/smtp/message/header-field.ts";
import { printPath } from "../../proto/smtp/path.ts";
import { attempt } from "../../spool/body-file.ts";
import { copyOf, type Pieces, putFile } from "../../spool/put-file.ts";
import { type LocalDelivery, type LocalEnvelope, localEnvelope, localName } from "./local-delivery.ts";

const FILE_MODE = 0o600;

export const deliverToMaildir: LocalDelivery = async (folder, mail) => {
  const envelope = localEnvelope(mail);
  if (!envelope.ok) return envelope;
  const made = await attempt(async () => {
    for (const name of ["tmp", "new", "cur"]) await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  });
  if (!made.ok) return made;
  const name = `${Math.floor(mail.receivedMs / 1000)}.${localName(mail)}.${hostPart()}`;
  const path = join(folder, "new", name);
  const put = await putFile(
    path,
    unixLines(withTrace(envelope.value, copyOf(mail.body))),
    FILE_MODE,
    join(folder, "tmp", name),
  );
  return put.ok ? good(path) : put;
};

/** As the format wants it: neither begins a path, nor the flags. */
const hostPart = (): string => hostname().replaceAll("/", "\\057").replaceAll(":", "\\072") || "localhost";

/** RFC 5321 §4.4 done: the last server says who sent it. */
async function* withTrace({ sender, recipients }: LocalEnvelope, body: Pieces): Pieces {
  const fields = [
    newField("Return-Path", printPath(sender)),
    ...recipients.map((it) => newField("Delivered-To", printMailbox(it))),
  ];
  yield Buffer.from(fields.map((it) => it.raw).join(""), "latin1");
  yield* body;
}

const CR = 13;
const LF = 10;

/** Lines end as they do in files of Unix; a CR that stands alone stays. */
async function* unixLines(pieces: Pieces): Pieces {
  let waiting = false;
  for await (const piece of pieces) {
    const out = Buffer.allocUnsafe(piece.length + 1);
    let length = 0;
    for (const byte of piece) {
      if (waiting && byte !== LF) out[length++] = CR;
      waiting = byte === CR;
      if (!waiting) out[length++] = byte;
    }
    yield out.subarray(0, length);
  }
  if (waiting) yield Buffer.of(CR);
}
