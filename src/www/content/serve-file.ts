// Answers a request with a file that was found: with what lies in memory, or with what the disk gives. It never sends what is not of
// the version that was looked at.
import { bad, good, type Result } from "../../base/result.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import { unsatisfiedRange } from "../../proto/http/content/byte-ranges.ts";
import { asksPlainly } from "../../proto/http/head/asks-plainly.ts";
import type { Request } from "../../proto/http/request.ts";
import type { Chosen } from "./coding/coding-choice.ts";
import type { ContentWorld } from "./content-world.ts";
import type { Failure } from "./failure.ts";
import { FileSource } from "./file/file-source.ts";
import { OpenFile } from "./file/open-files.ts";
import { type Opened, openInside } from "./file/open-inside.ts";
import { isSame } from "./file/stamp.ts";
import { hold, holdMade, readForm } from "./hold-form.ts";
import type { Form, Held, KnownFile } from "./known/known-file.ts";
import { planAnswer } from "./plan-answer.ts";
import { fromBytes, type Outline, rangesOutline, unsent, wholeOutline } from "./range-answer.ts";
import type { Representation } from "./representation.ts";

/** "changed": the file is no longer what was found, and has to be looked for anew. */
export type Served = Result<Answer, Failure | "changed">;

/** What is larger is read when it is sent, piece by piece. */
const SMALL_BYTES_MAX = 256 * 1024;

/** Parts are sent of the content as it is: what would be gained by a coding is lost by making all of it for a part. */
export function codingFor({ codings }: ContentWorld, request: Request, file: KnownFile): Chosen {
  if (file.codings.length === 0 || request.header("range") !== undefined) return "identity";
  return codings.choose(request.header("accept-encoding"), file.codings);
}

/** Undefined where the disk has to be asked. */
export function serveKnown(world: ContentWorld, request: Request, file: KnownFile): Served | undefined {
  const coding = codingFor(world, request, file);
  const held = file.held[coding];
  const representation = held?.representation ?? formOf(file, coding)?.representation;
  return representation && serve(world, request, representation, held ?? file.open.get(coding));
}

/** `content` is where it comes from, as far as that is at hand; without it only what needs none is said. */
function serve(
  world: ContentWorld,
  request: Request,
  representation: Representation,
  content: Held | OpenFile | undefined,
): Served | undefined {
  const held = content instanceof OpenFile ? undefined : content;
  if (held !== undefined && asksPlainly(request)) return good(held.whole);
  const { current, size, notModifiedFields: fields } = representation;
  const plan = planAnswer(request, current, size, world.clock.wallMs());
  switch (plan) {
    case "not-modified":
      return good(held?.notModified ?? { status: 304, substatus: 0, fields, body: undefined });
    case "failed":
      return bad({ status: 412, substatus: 0 });
    case "unsatisfiable":
      return bad({ status: 416, substatus: 0, fields: [["Content-Range", unsatisfiedRange(size)]] });
    case "whole":
      if (held !== undefined) return good(held.whole);
      if (request.method === "HEAD") return good(unsent(wholeOutline(representation)));
      return content instanceof OpenFile ? good(fromFile(world, content, wholeOutline(representation))) : undefined;
    default:
      if (content === undefined) return undefined;
      return good(sendOutline(world, content, rangesOutline(representation, plan)));
  }
}

const sendOutline = (world: ContentWorld, content: Held | OpenFile, outline: Outline): Answer =>
  content instanceof OpenFile ? fromFile(world, content, outline) : fromBytes(outline, content.bytes);

const fromFile = (world: ContentWorld, open: OpenFile, { answer, sections }: Outline): Answer => ({
  ...answer,
  body: new FileSource(open.opened, sections, world, open.use()),
});

const formOf = ({ found }: KnownFile, coding: Chosen): Form | undefined =>
  coding === "identity" ? found.plain : found.siblings.get(coding);

/** `opened` is the file as it is, where it is open already; it is closed here, or by the body. */
export async function serveFromDisk(
  world: ContentWorld,
  request: Request,
  file: KnownFile,
  opened: Opened | undefined,
): Promise<Served> {
  const coding = codingFor(world, request, file);
  const sibling = coding === "identity" ? undefined : file.found.siblings.get(coding);
  if (coding !== "identity" && sibling !== undefined) {
    if (opened !== undefined) world.disk.close(opened.file);
    const served = await serveForm(world, request, file, coding, sibling, undefined);
    if (served.ok || served.error === "changed" || served.error.status === 412) return served;
    // It cannot be read, or leads out of the folder: the client gets what it asked for all the same.
    file.giveUp(coding);
    return serveFromDisk(world, request, file, undefined);
  }
  const { plain } = file.found;
  if (coding === "identity") return serveForm(world, request, file, "identity", plain, opened);
  const own = opened === undefined ? await openForm(world, file, plain) : good(opened);
  if (!own.ok) return own;
  const made = await holdMade(world, file, coding, own.value);
  if (made.ok && made.value === undefined) return serveForm(world, request, file, "identity", plain, own.value);
  world.disk.close(own.value.file);
  if (!made.ok) return made;
  return (made.value && serve(world, request, made.value.representation, made.value)) ?? bad("changed");
}

async function serveForm(
  world: ContentWorld,
  request: Request,
  file: KnownFile,
  coding: Chosen,
  form: Form,
  opened: Opened | undefined,
): Promise<Served> {
  const { representation } = form;
  const known = serve(world, request, representation, file.held[coding]);
  if (known !== undefined) {
    if (opened !== undefined) world.disk.close(opened.file);
    return known;
  }
  const own = opened === undefined ? await openForm(world, file, form) : good(opened);
  if (!own.ok) return own;
  if (representation.size > Math.min(SMALL_BYTES_MAX, world.known.fileBytesMax)) {
    const open = share(world, file, coding, own.value);
    const served = serve(world, request, representation, open);
    if (file.open.get(coding) !== open) open.drop();
    return served ?? bad("changed");
  }
  const bytes = await readForm(world, form, own.value);
  world.disk.close(own.value.file);
  if (!bytes.ok) return bytes;
  const held = hold(world, file, coding, representation, bytes.value);
  return serve(world, request, representation, held) ?? bad("changed");
}

/** It stays open for whoever asks next, where the file is kept itself. */
function share({ known, openFiles }: ContentWorld, file: KnownFile, coding: Chosen, opened: Opened): OpenFile {
  const open = openFiles.keep(opened, () => {
    if (file.open.get(coding) === open) file.open.delete(coding);
  });
  if (known.has(file) && !file.open.has(coding)) file.open.set(coding, open);
  return open;
}

async function openForm(
  { disk }: ContentWorld,
  { found }: KnownFile,
  { names, stamp }: Form,
): Promise<Result<Opened, Failure | "changed">> {
  const opened = await openInside(disk, found.folder, names, found.rules.links);
  if (!opened.ok) return opened.error.status === 404 ? bad("changed") : opened;
  if (opened.value.kind === "folder") return bad("changed");
  if (isSame(opened.value.stamp, stamp)) return good(opened.value);
  disk.close(opened.value.file);
  return bad("changed");
}
