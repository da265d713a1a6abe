// `inetsrv queue export`: mail that waits as files, with the envelope in the first lines, so that each of them can be put
// into the pickup folder of another server. The queue keeps what it has.
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { about, fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";
import { type Mailbox, parseMailbox } from "../../proto/smtp/address.ts";
import { lenient } from "../../proto/smtp/leniency.ts";
import { dropLines, dropName } from "../../proto/smtp/message/drop-file.ts";
import type { Client, Refusal } from "../../supervisor/operation.ts";
import { refusalOf } from "../../supervisor/operation.ts";
import type { Found } from "../../supervisor/operations/queue-answers.ts";
import { ask, type Context, type Parameters, withClient } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { count } from "../look/moment.ts";
import { wrap } from "../look/wrap.ts";
import { maybe, once, toggle, verb } from "../verb.ts";
import { isEmptySelection, selectionFlags, selectionParameters } from "./queue-selection.ts";

const PAGE = 1000;

/** A message that is in the queue and cannot be read. */
interface LeftOut {
  readonly id: string;
  readonly because: string;
}

export const queueExport = verb({
  words: "queue export",
  group: "Mail",
  summary: "Copy mail that waits into files.",
  doc: "Each message becomes a file with its sender and the recipients that fit in the first lines, so that a pickup folder can take it. One that cannot be read is named and left out. The queue keeps it: delete it there when another server has taken it.",
  takes: {
    folder: once("FOLDER", "Where the files are put; it is made when it is missing.", { completes: "file" }),
    id: maybe("ID", "The id of a message, or its beginning; those that the flags say without it."),
  },
  flags: { ...selectionFlags, all: toggle("Everything in the queue is meant.") },
  examples: [
    { line: "inetsrv queue export ./stuck --domain example.org", doc: "To be sent by another server." },
    { line: "inetsrv queue export . dc4qhmp99yn4rhpk", doc: "One message, to look at." },
  ],
  exits: ["refused", "partBroken", "interrupted"],
  run(context, given) {
    const { out, world } = context;
    if (isEmptySelection(given) && !given.all)
      return Promise.resolve(
        out.misused("Nothing says which mail is meant", "Name a message, give a filter, or say --all"),
      );
    const folder = resolve(world.workingFolder, given.folder);
    return withClient(context, "allowed", async (client) => {
      const messages = await selected(client, selectionParameters(given));
      if (!messages.ok) return out.refused(messages.error);
      let written = 0;
      const leftOut: LeftOut[] = [];
      for (const recipients of messages.value) {
        if (world.ended.aborted) return exitCodes.interrupted;
        const file = await exportMessage(client, folder, recipients);
        if (!file.ok) return out.refused(file.error);
        if (file.value === "written") written++;
        else if (file.value !== "gone") leftOut.push(file.value);
        tellProgress(context, written, messages.value.length);
      }
      if (out.progressIsLive) out.progress("");
      out.show({ folder, messages: written, leftOut }, () => [
        `${count(written, "message")} written to ${folder}.`,
        ...leftOut.flatMap(({ because }) => wrap(`Left out: ${because}`, out.proseWidth)),
      ]);
      return leftOut.length === 0 ? exitCodes.done : exitCodes.partBroken;
    });
  },
});

function tellProgress({ out }: Context, written: number, all: number): void {
  if (out.progressIsLive) out.progress(`${written} of ${all}`);
}

/** The recipients that fit, by message. */
async function selected(
  client: Client,
  selection: Parameters,
): Promise<Result<readonly (readonly Found[])[], Refusal>> {
  const messages = new Map<string, Found[]>();
  let next: { readonly id: string; readonly recipient: number } | null = null;
  do {
    const after: Parameters = next === null ? {} : { afterId: next.id, afterRecipient: next.recipient };
    const page = await ask(client, "queue.find", { ...selection, ...after, limit: PAGE });
    if (!page.ok) return page;
    for (const it of page.value.found) {
      const others = messages.get(it.message.id);
      if (others === undefined) messages.set(it.message.id, [it]);
      else others.push(it);
    }
    next = page.value.next;
  } while (next !== null);
  return good([...messages.values()]);
}

/** "gone": it has left meanwhile, and there is nothing to copy. */
type Exported = "written" | "gone" | LeftOut;

/** Fails where the folder cannot take files, as then none of the others can be written either. */
async function exportMessage(
  client: Client,
  folder: string,
  recipients: readonly Found[],
): Promise<Result<Exported, Refusal>> {
  const [first] = recipients;
  if (first === undefined) return good("gone");
  const { id, envelope } = first.message;
  const lines = dropLines(mailboxesOf([envelope.sender])[0] ?? null, mailboxesOf(recipients.map((it) => it.address)));
  const path = join(folder, dropName(id));
  try {
    await mkdir(folder, { recursive: true });
    const unfinished = join(folder, `.${id}.part`);
    const file = await open(unfinished, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
    const copied = await copyInto(client, file, id, lines).finally(() => file.close());
    if (copied === "written") await rename(unfinished, path);
    else await rm(unfinished, { force: true });
    return good(copied);
  } catch (thrown) {
    const remedy = "Name a folder that you may write, on a disk with room";
    return bad(refusalOf(fault(about("file", path), `Cannot write ${path}`, messageOf(thrown), remedy)));
  }
}

async function copyInto(client: Client, file: FileHandle, id: string, lines: Uint8Array): Promise<Exported> {
  await file.write(lines);
  for (let from = 0; ; ) {
    const piece = await ask(client, "queue.piece", { id, from });
    if (!piece.ok) return piece.error.reason === "unknown" ? "gone" : { id, because: piece.error.sentence };
    const bytes = Buffer.from(piece.value.base64, "base64");
    await file.write(bytes);
    from += bytes.length;
    if (bytes.length === 0 || from >= piece.value.sizeBytes) return "written";
  }
}

const mailboxesOf = (addresses: readonly string[]): readonly Mailbox[] =>
  addresses.flatMap((it) => {
    const mailbox = parseMailbox(it, lenient);
    return mailbox.ok ? [mailbox.value] : [];
  });
