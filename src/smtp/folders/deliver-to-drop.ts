// Puts a message into a drop folder as IIS did: one .eml file with the envelope in its first lines. It appears whole, and
// nobody here removes it: that is the matter of the program that empties the folder.
import { join } from "node:path";
import { good } from "../../base/result.ts";
import { dropLines, dropName } from "../../proto/smtp/message/drop-file.ts";
import { copyOf, makeMailFolder, type Pieces, putFile } from "../../spool/put-file.ts";
import type { Body } from "../../spool/spool.ts";
import { type LocalDelivery, localEnvelope, localName } from "./local-delivery.ts";

/** For the group of the folder, whose program reads it and removes it. */
const FILE_MODE = 0o660;

export const deliverToDrop: LocalDelivery = async (folder, mail) => {
  const envelope = localEnvelope(mail);
  if (!envelope.ok) return envelope;
  const made = await makeMailFolder(folder);
  if (!made.ok) return made;
  const name = localName(mail);
  const path = join(folder, dropName(name));
  const { sender, recipients } = envelope.value;
  const pieces = behind(dropLines(sender, recipients), mail.body);
  const put = await putFile(path, pieces, FILE_MODE, join(folder, `.${name}.part`));
  return put.ok ? good(path) : put;
};

async function* behind(lines: Uint8Array, body: Body): Pieces {
  yield lines;
  yield* copyOf(body);
}
