// A site over a folder of a test: asks as a client would and gives back what it would see.
import { ManualClock } from "../../../base/clock.ts";
import { expectGood } from "../../../base/result.ts";
import { type Answer, isSource } from "../../../proto/http/answer/answer.ts";
import { DateStamp } from "../../../proto/http/answer/date-stamp.ts";
import { parseHead, usualHeadLimits } from "../../../proto/http/head/parse-head.ts";
import type { Request } from "../../../proto/http/request.ts";
import { type PathRules, targetPath } from "../../../proto/http/target/target-path.ts";
import { valuesOf } from "../../../schema/resolve.ts";
import { section } from "../../../schema/section.ts";
import { fakeAsker } from "../../testing/fake-asker.ts";
import { contentRules } from "../content-rules.ts";
import { type ContentValues, contentSettings } from "../content-settings.ts";
import { type ContentWorld, contentWorld } from "../content-world.ts";
import type { Disk } from "../file/disk.ts";
import type { FoundBefore, Place } from "../place.ts";
import { SiteContent } from "../site-content.ts";
import { TestFolder } from "./files.ts";

export interface Seen {
  readonly status: number;
  readonly substatus: number;
  /** By name in small letters. */
  readonly fields: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly isBroken: boolean;
  readonly answer: Answer;
}

export const usualValues: ContentValues = valuesOf(section("content", "Content.", contentSettings), []);

const pathRules: PathRules = {
  allowDoubleEscaping: false,
  allowHighBitCharacters: true,
  otherSlashes: "separate",
  windowsNames: "allow",
  segmentsMax: 100,
};

export function request(method: string, target: string, fields: Readonly<Record<string, string>> = {}): Request {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  const bytes = Buffer.from([`${method} ${target} HTTP/1.1`, "Host: a", ...lines, "", ""].join("\r\n"), "latin1");
  const head = parseHead(bytes, 0, usualHeadLimits);
  if (head === undefined || head.refusal !== undefined) throw new Error(`no request: ${method} ${target}`);
  return head;
}

export interface TestSiteParts {
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly values?: Partial<ContentValues>;
  readonly disk?: Disk;
  readonly cacheBytes?: number;
}

export class TestSite implements Disposable {
  readonly files: TestFolder;
  /** Well behind the making of the files, so that none is too young to be kept. */
  readonly clock = new ManualClock(Date.now() + 60_000);
  readonly world: ContentWorld;
  readonly content: SiteContent;
  readonly rules: Place["rules"];
  /** By target. */
  private readonly before = new Map<string, FoundBefore>();
  isLocal = false;
  address = "192.0.2.1";

  constructor({ files = {}, values = {}, disk, cacheBytes = 8 * 2 ** 20 }: TestSiteParts = {}) {
    this.files = new TestFolder(files);
    const date = new DateStamp(this.clock.wallMs());
    const home = { root: this.files.at("home"), from: "--home" } as const;
    this.world = contentWorld({ home, clock: this.clock, date, fileCacheBytes: cacheBytes, ...(disk && { disk }) });
    this.content = new SiteContent(this.world);
    const checked = { ...usualValues, fileCheckInterval: 0, ...values };
    this.rules = contentRules(checked, this.files.path);
  }

  place(target: string): Place {
    const path = expectGood(targetPath(target, pathRules));
    const asker = fakeAsker({ address: this.address, isLocal: this.isLocal });
    const elsewhere = (other: string) => this.place(other);
    const before = this.before.get(target) ?? { file: undefined };
    this.before.set(target, before);
    const { rules } = this;
    return { target: path, folder: this.files.path, below: path.segments, rules, asker, before, elsewhere };
  }

  async ask(method: string, target: string, fields: Readonly<Record<string, string>> = {}): Promise<Seen> {
    const asked = request(method, target, fields);
    const place = this.place(target);
    return seen(method, this.content.known(asked, place) ?? (await this.content.answer(asked, place)));
  }

  get(target: string, fields: Readonly<Record<string, string>> = {}): Promise<Seen> {
    return this.ask("GET", target, fields);
  }

  /** Whether it is answered without anything being decided or read. */
  isKnown(target: string, fields: Readonly<Record<string, string>> = {}): boolean {
    return this.content.known(request("GET", target, fields), this.place(target)) !== undefined;
  }

  [Symbol.dispose](): void {
    this.files[Symbol.dispose]();
  }
}

async function seen(method: string, answer: Answer): Promise<Seen> {
  const { status, substatus, fields, body } = answer;
  const pieces: Buffer[] = [];
  let isBroken = false;
  if (isSource(body)) {
    for (let piece = method === "HEAD" ? "over" : await body.next(); piece !== "over"; piece = await body.next()) {
      if (typeof piece === "string") isBroken = true;
      if (typeof piece === "string") break;
      pieces.push(Buffer.from(piece));
    }
    body.close();
  } else if (body !== undefined && method !== "HEAD") pieces.push(body);
  const told = Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value]));
  const length = body === undefined ? "0" : `${body.length}`;
  return {
    status,
    substatus,
    fields: { ...told, "content-length": length },
    body: Buffer.concat(pieces),
    isBroken,
    answer,
  };
}
