// The content of one site as it lies on disk: decides by method and path what is sent, and keeps what it found. What lies in memory
// is answered at once. One serves one revision of the configuration of its site.
import { join } from "node:path";
import { bad, good, type Result } from "../../base/result.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import { asksPlainly } from "../../proto/http/head/asks-plainly.ts";
import { knownMethods } from "../../proto/http/methods.ts";
import type { Request } from "../../proto/http/request.ts";
import type { Content } from "./content.ts";
import type { ContentWorld } from "./content-world.ts";
import { type ErrorPlace, errorAnswer } from "./error/error-answer.ts";
import { type Failure, failures } from "./failure.ts";
import { isSame } from "./file/stamp.ts";
import { type FoundContent, findContent } from "./find-content.ts";
import { answerListing, findDocument, toSlash } from "./folder/folder-content.ts";
import { KnownFile } from "./known/known-file.ts";
import { SiteFiles } from "./known/site-files.ts";
import type { Place } from "./place.ts";
import { type RedirectRules, redirectTo } from "./redirect/redirect.ts";
import { codingFor, type Served, serveFromDisk, serveKnown } from "./serve-file.ts";

const ALLOWED = "GET, HEAD, OPTIONS";
/** A file that changes faster than it can be read is given up. */
const LOOKS_MAX = 5;

export class SiteContent implements Content {
  private readonly world: ContentWorld;
  private readonly files: SiteFiles;
  /** By place: what is being looked for, so that a crowd does not read the same file a hundred times. */
  private readonly looking = new Map<string, Promise<unknown>>();
  private readonly missed: (folder: string) => void;

  /** `missed` is told where nothing was found. */
  constructor(world: ContentWorld, missed: (folder: string) => void = () => {}) {
    this.world = world;
    this.missed = missed;
    this.files = new SiteFiles(world.known);
  }

  known(request: Request, { before }: Place): Answer | undefined {
    const file = before?.file;
    if (file === undefined || !isRead(request.method) || !this.isFresh(file)) return undefined;
    const held = file.held[codingFor(this.world, request, file)];
    if (held !== undefined && asksPlainly(request)) return held.whole;
    const served = serveKnown(this.world, request, file);
    return served?.ok ? served.value : undefined;
  }

  answer(request: Request, place: Place): Answer | Promise<Answer> {
    const { rules, target, below, folder } = place;
    const redirected = rules.redirect && redirectAnswer(rules.redirect, request, place);
    if (redirected !== undefined) return redirected;
    if (!isRead(request.method)) return this.otherMethod(request, place);
    const path = join(folder, ...below, target.isFolder ? "/" : "");
    const file = this.files.atPath(rules, path);
    const served = file && this.isFresh(file) ? serveKnown(this.world, request, file) : undefined;
    if (file === undefined || served === undefined) return this.look(request, place, path);
    this.remember(file, place);
    return served.ok ? served.value : this.unserved(served.error, request, place);
  }

  failed(failure: Failure, request: Request, place: ErrorPlace): Answer | Promise<Answer> {
    return errorAnswer(this.world.errorFiles, failure, request, place, (...asked) => this.answer(...asked));
  }

  /** Nothing is held for it any longer. */
  close(): void {
    this.files.dropAll();
  }

  /** A target with a query is never known: there are as many as anybody likes. */
  private remember(file: KnownFile, { target, before }: Place): void {
    if (before !== undefined && target.query === "") this.files.remember(file, before);
  }

  /** Whether all is as it was; looked at again only when some time has gone by. */
  private isFresh(file: KnownFile): boolean {
    const nowMs = this.world.clock.steadyMs();
    file.isUsed = true;
    if (nowMs - file.checkedMs < file.checkIntervalMs) return true;
    for (const it of file.watched) {
      const now = this.world.disk.lookNow(it.path);
      if (now !== undefined && isSame(it, now)) continue;
      this.files.drop(file);
      return false;
    }
    file.checkedMs = nowMs;
    return true;
  }

  private otherMethod(request: Request, place: Place): Answer | Promise<Answer> {
    if (request.method === "OPTIONS")
      return { status: 200, substatus: 0, fields: [["Allow", ALLOWED], ...place.rules.customFields], body: undefined };
    if (!knownMethods.has(request.method)) return this.failed(failures.unknownMethod, request, place);
    return this.failed({ status: 405, substatus: 0, fields: [["Allow", ALLOWED]] }, request, place);
  }

  private unserved(failure: Failure | "changed", request: Request, place: Place): Answer | Promise<Answer> {
    this.missed(place.folder);
    return this.failed(
      failure === "changed" ? failures.busy("the file changes all the time") : failure,
      request,
      place,
    );
  }

  private async look(request: Request, place: Place, path: string): Promise<Answer> {
    const { looking } = this;
    const other = looking.get(path);
    if (other !== undefined) {
      await other;
      const file = this.files.atPath(place.rules, path);
      const served = file && serveKnown(this.world, request, file);
      if (served?.ok) return served.value;
    }
    const served = this.serveAnew(request, place, path);
    if (!looking.has(path)) {
      looking.set(path, served);
      void served.then(() => looking.delete(path));
    }
    const result = await served;
    return result.ok ? result.value : this.unserved(result.error, request, place);
  }

  private async serveAnew(request: Request, place: Place, path: string): Promise<Served> {
    let served: Served = bad("changed");
    for (let looks = 0; looks < LOOKS_MAX && !served.ok && served.error === "changed"; looks++) {
      const file = this.files.atPath(place.rules, path);
      if (file !== undefined && looks === 0) served = await serveFromDisk(this.world, request, file, undefined);
      else served = await this.serveFound(request, place, path);
      if (!served.ok && file !== undefined) this.files.drop(file);
    }
    return served;
  }

  private async serveFound(request: Request, place: Place, path: string): Promise<Served> {
    const content = await this.find(place);
    if (!content.ok) return content;
    if ("status" in content.value) return good(content.value);
    const { found, opened } = content.value;
    const file = new KnownFile(found, this.world.clock.steadyMs());
    if (!found.isYoung) {
      this.files.add(file, path);
      this.remember(file, place);
    }
    return serveFromDisk(this.world, request, file, opened);
  }

  private async find(place: Place): Promise<Result<(FoundContent & { kind: "file" }) | Answer, Failure>> {
    const { world } = this;
    const { target, folder, below, rules } = place;
    const content = await findContent(world, { folder, rules }, below);
    if (!content.ok) return content;
    if (content.value.kind === "file") {
      if (!target.isFolder) return good(content.value);
      world.disk.close(content.value.opened.file);
      return bad(failures.notFound(`${content.value.opened.path}: a file, and no folder`));
    }
    if (!target.isFolder) return good(toSlash(place));
    const { names, path } = content.value;
    return (await findDocument(world, place, names)) ?? answerListing(world, place, path);
  }
}

/** Undefined where it goes on, as also what would lead to itself. */
function redirectAnswer(
  redirect: RedirectRules,
  request: Request,
  { rules, target, below }: Place,
): Answer | undefined {
  const tail = target.isFolder && below.length > 0 ? "/" : "";
  const asked = { below: `/${below.join("/")}${tail}`, path: target.path, query: target.query };
  const location = redirectTo(redirect, asked);
  if (location === undefined || location === request.path) return undefined;
  const fields = [["Location", location] as const, ...rules.redirectFields, ...rules.customFields];
  return { status: redirect.status, substatus: 0, fields, body: undefined };
}

/** RFC 9110 §9.3.1, §9.3.2 */
const isRead = (method: string): boolean => method === "GET" || method === "HEAD";
