// One claimed file of the pickup folder into the spool, by the rules of IIS: what it asks for, what is added, and whether
// it can be sent at all. It writes to the message that it is given, and leaves the file alone.
import { isAscii } from "node:buffer";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { localOffsetMinutes } from "../../base/local-time.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { printMailbox } from "../../proto/smtp/address.ts";
import { headerBytes, withTop } from "../../proto/smtp/message/header-editor.ts";
import { HeaderReader } from "../../proto/smtp/message/header-reader.ts";
import { LineMender } from "../../proto/smtp/message/line-mender.ts";
import { type PickupMail, type PickupRules, readPickup } from "../../proto/smtp/message/pickup-file.ts";
import { pickupFlawText } from "../../proto/smtp/message/pickup-flaw.ts";
import { hopsOf, receivedField } from "../../proto/smtp/message/received.ts";
import { attempt } from "../../spool/body-file.ts";
import type { Incoming } from "../../spool/spool.ts";
import { Refused, type Trouble } from "../../spool/trouble.ts";

export interface PickupMailRules extends PickupRules {
  /** Our own name. */
  readonly host: string;
  /** null: there is no bound. */
  readonly messageBytesMax: number | null;
  readonly hopsMax: number;
  /** What the site makes of the header, such as another domain in From. */
  readonly prepare?: (mail: PickupMail) => PickupMail;
}

export interface ReadMail {
  readonly mail: PickupMail;
  /** It holds bytes beyond ASCII. */
  readonly eightBit: boolean;
}

export type Unread =
  /** It was written to while it was read. */
  | { readonly is: "busy" }
  /** Sentences for a person. */
  | { readonly is: "malformed"; readonly reason: string; readonly mail?: PickupMail }
  | { readonly is: "trouble"; readonly trouble: Trouble };

const PIECE_BYTES = 64 * 1024;

/** All of it is in `incoming` when it is good; else the caller abandons that. */
export async function readPickupMail(
  path: string,
  incoming: Incoming,
  rules: PickupMailRules,
  nowMs: number,
): Promise<Result<ReadMail, Unread>> {
  const read = await attempt(async () => {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return await readOpen(file, incoming, rules, nowMs);
    } finally {
      await file.close();
    }
  });
  return read.ok ? read.value : bad({ is: "trouble", trouble: read.error });
}

async function readOpen(
  file: FileHandle,
  incoming: Incoming,
  rules: PickupMailRules,
  nowMs: number,
): Promise<Result<ReadMail, Unread>> {
  const before = await file.stat();
  const { messageBytesMax } = rules;
  if (messageBytesMax !== null && before.size > messageBytesMax)
    return malformed(tooLargeText(before.size, messageBytesMax));
  const pieces = mended(file);
  const found = await headerOf(pieces);
  const mail = readPickup(found, rules, stampOf(incoming.id, rules, nowMs));
  if (!mail.ok) return malformed(pickupFlawText(mail.error));
  const hops = hopsOf(mail.value.header);
  if (hops > rules.hopsMax) return bad({ is: "malformed", reason: loopText(hops), mail: mail.value });
  const ready = rules.prepare === undefined ? mail.value : rules.prepare(mail.value);
  const rest = found.kind === "header" ? found.rest : Buffer.alloc(0);
  let isPlain = isAscii(rest);
  const put = async (piece: Uint8Array): Promise<void> => {
    const written = await incoming.write(piece);
    if (!written.ok) throw new Refused(written.error);
  };
  await put(headerBytes(withTop(ready.header, receivedOf(ready, incoming.id, rules, nowMs))));
  await put(rest);
  for await (const piece of pieces) {
    isPlain &&= isAscii(piece);
    await put(piece);
  }
  const after = await file.stat();
  if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) return bad({ is: "busy" });
  return good({ mail: ready, eightBit: !isPlain });
}

/** The file with proper line ends, piece by piece. */
async function* mended(file: FileHandle): AsyncGenerator<Buffer, void> {
  const mender = new LineMender();
  for (;;) {
    const bytes = Buffer.allocUnsafe(PIECE_BYTES);
    const { bytesRead } = await file.read(bytes, 0, bytes.length);
    if (bytesRead === 0) break;
    yield mender.push(bytes.subarray(0, bytesRead));
  }
  yield mender.finish();
}

/** Takes as many pieces as the header needs; the others are still to come. */
async function headerOf(pieces: AsyncGenerator<Buffer, void>) {
  const reader = new HeaderReader();
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    const outcome = reader.push(next.value);
    if (outcome !== undefined) return outcome;
  }
  return reader.finish();
}

const stampOf = (id: string, { host }: PickupMailRules, atMs: number) => ({
  id,
  host,
  atMs,
  offsetMinutes: localOffsetMinutes(atMs),
});

function receivedOf({ recipients }: PickupMail, id: string, { host }: PickupMailRules, atMs: number) {
  const [only, second] = recipients;
  const recipient = only !== undefined && second === undefined ? { recipient: printMailbox(only) } : {};
  return receivedField({ from: { kind: "pickup" }, by: host, id, atMs, ...recipient });
}

const malformed = (reason: string) => bad({ is: "malformed" as const, reason });

const tooLargeText = (sizeBytes: number, mostBytes: number): string =>
  `The file has ${sizeBytes} bytes, and the site takes ${mostBytes}. Make it smaller, or raise the largest size of a message.`;
const loopText = (hops: number): string =>
  `The message has passed ${hops} servers, so it goes round in a circle. Look at its Received: lines for where it comes back.`;
