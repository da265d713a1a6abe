// Sends bad mail again: puts it into the pickup folder with the envelope that its properties tell, then forgets it here.
// A file that was malformed is given back as it is, for whoever has mended it.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { bad, good } from "../../base/result.ts";
import { parseMailbox } from "../../proto/smtp/address.ts";
import { lenient } from "../../proto/smtp/leniency.ts";
import { badmailNames } from "../../proto/smtp/message/badmail.ts";
import { dropLines } from "../../proto/smtp/message/drop-file.ts";
import { attempt } from "../body-file.ts";
import { filePieces, type Pieces, putFile } from "../put-file.ts";
import { type Spooled, trouble } from "../trouble.ts";
import { type BadmailEntry, badmailEntry, removeBadmail } from "./badmail-folder.ts";

/** The name of the file in the pickup folder. The same for a repetition, so that one cut off doubles nothing. */
export async function resendBadmail(folder: string, id: string, pickupFolder: string): Promise<Spooled<string>> {
  const entry = await badmailEntry(folder, id);
  if (!entry.ok) return entry;
  if (entry.value === null) return bad(trouble("gone", `there is no bad mail ${id}`));
  const found = await attempt(() => stat(pickupFolder)); // the service makes it, as whoever it runs as
  if (!found.ok)
    return bad(trouble(found.error.is, `the pickup folder ${pickupFolder} cannot be used: ${found.error.because}`));
  const name = `resent-${id}.eml`;
  const to = join(pickupFolder, name);
  const unfinished = join(pickupFolder, `.resent-${id}.part`);
  const message = join(folder, badmailNames(id).message);
  const put = await putFile(to, withEnvelope(entry.value, message), 0o640, unfinished);
  if (!put.ok) return put;
  const removed = await removeBadmail(folder, id);
  return removed.ok ? good(name) : removed;
}

async function* withEnvelope({ about }: BadmailEntry, message: string): Pieces {
  if (about !== null && about.kind !== "malformed-pickup") yield envelopeLines(about.sender, about.recipients);
  yield* filePieces(message);
}

function envelopeLines(sender: string, recipients: readonly string[]): Buffer {
  const people = recipients.flatMap((it) => {
    const parsed = parseMailbox(it, lenient);
    return parsed.ok ? [parsed.value] : [];
  });
  const from = parseMailbox(sender, lenient);
  return people.length === 0 ? Buffer.alloc(0) : dropLines(from.ok ? from.value : null, people);
}
