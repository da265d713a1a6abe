// A web site out of settings as a person writes them, with files of a test below a home of its own. Only for tests.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fakeLogin } from "../../account/testing/fake-login.ts";
import { systemClock } from "../../base/clock.ts";
import { isObject, type JsonObject } from "../../base/json.ts";
import { noAccessLog } from "../../net/access-log/access-log.ts";
import { siteMetrics } from "../../net/metrics/metrics.ts";
import { MetricsBook } from "../../net/metrics/metrics-book.ts";
import { underTls } from "../../net/testing/fake-connection.ts";
import { type Answer, isSource } from "../../proto/http/answer/answer.ts";
import { parseHead, usualHeadLimits } from "../../proto/http/head/parse-head.ts";
import type { SiteWritten } from "../../proto/http/url-question.ts";
import { decodeOwn } from "../../schema/decode.ts";
import { originOf, type Step, valuesOf } from "../../schema/resolve.ts";
import type { Section } from "../../schema/section.ts";
import type { Asker } from "../content/asker.ts";
import { fileCacheSection } from "../content/content-settings.ts";
import { wwwSite } from "../settings.ts";
import { WebCommon } from "../web-common.ts";
import { WebSite } from "../web-site.ts";
import { fakeAsker } from "./fake-asker.ts";

/** Settings of a node, and what is below it by collection and name. */
export interface Written {
  readonly settings?: JsonObject;
  readonly directories?: Readonly<Record<string, Written>>;
  readonly applications?: Readonly<Record<string, Written>>;
}

export class OpenSite {
  readonly home = mkdtempSync(join(tmpdir(), "inetsrv-www-"));
  readonly site: WebSite;
  /** As whoever asks why is told of it. */
  readonly written: SiteWritten;
  /** Whether it is asked under TLS. */
  isSecure = false;

  constructor(written: Written, files: Readonly<Record<string, string>> = {}) {
    mkdirSync(join(this.home, "content", "a"), { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.home, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const path = "www/sites/a";
    const step = stepOf(path, wwwSite, written);
    const below = collectionsOf(wwwSite, written, [step]);
    const values = valuesOf(wwwSite, [step]);
    this.written = { name: "a", path, values: written.settings ?? {}, below };
    const clock = systemClock;
    const login = fakeLogin();
    const metrics = new MetricsBook(siteMetrics.end).site("a");
    const common = new WebCommon({ home: { root: this.home, from: "--home" }, clock });
    common.settle(valuesOf(fileCacheSection, []));
    const report = () => {};
    this.site = new WebSite(
      { name: "a", path, values, below, clock, report, login, metrics, log: noAccessLog },
      common,
    );
  }

  private get asker(): Asker {
    return fakeAsker(this.isSecure ? { secured: underTls } : {});
  }

  /** Without a host it is a request of HTTP/1.0. */
  async ask(
    method: string,
    target: string,
    headers = "",
    asker = this.asker,
    host: string | null = "a",
  ): Promise<Answer> {
    const named = host === null ? "HTTP/1.0\r\n" : `HTTP/1.1\r\nHost: ${host}\r\n`;
    const text = `${method} ${target} ${named}${headers}\r\n`;
    const head = parseHead(Buffer.from(text, "latin1"), 0, usualHeadLimits);
    if (head === undefined || head.refusal !== undefined) throw new Error(`no request: ${text}`);
    if (head.hasBody) head.body = { length: head.contentLength, readBytes: 0, receive: () => {} };
    return this.site.answer(head, asker);
  }

  /** "200 its body", "404.8" */
  async get(target: string): Promise<string> {
    const { status, substatus, body } = await this.ask("GET", target);
    return status === 200 ? `200 ${await textIn(body)}` : codeOf(status, substatus);
  }

  /** "404.8 its page" */
  async page(target: string): Promise<string> {
    const { status, substatus, body } = await this.ask("GET", target);
    return `${codeOf(status, substatus)} ${await textIn(body)}`;
  }

  async code(
    method: string,
    target: string,
    headers = "",
    asker = this.asker,
    host: string | null = "a",
  ): Promise<string> {
    const { status, substatus } = await this.ask(method, target, headers, asker, host);
    return codeOf(status, substatus);
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true });
  }
}

async function textIn(body: Answer["body"]): Promise<string> {
  if (!isSource(body)) return String(body);
  let text = "";
  for (let piece = await body.next(); typeof piece !== "string"; piece = await body.next()) text += piece;
  body.close();
  return text;
}

const codeOf = (status: number, substatus: number): string => `${status}${substatus === 0 ? "" : `.${substatus}`}`;

function stepOf(path: string, section: Section, { settings = {} }: Written): Step {
  const { own, problems } = decodeOwn(section, settings, path);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return { path, section, own };
}

/** As the metabase hands it to a worker. */
function collectionsOf(section: Section, written: Written, chain: readonly Step[]): JsonObject {
  const collections = Object.entries(section.collections).map(([key, { section: below }]) => {
    const nodes: unknown = written[key as keyof Written];
    const entries = Object.entries(isObject(nodes) ? nodes : {}).map(([name, it]) => {
      const node = it as Written;
      const steps = [...chain, stepOf(`${key}/${name}`, below, node)];
      const settings = Object.entries(below.settings).map(([setting, row]) => [
        setting,
        originOf(steps, setting, row).written,
      ]);
      const own = Object.keys(node.settings ?? {});
      return [name, { settings: Object.fromEntries(settings), own, collections: collectionsOf(below, node, steps) }];
    });
    return [key, Object.fromEntries(entries)];
  });
  return Object.fromEntries(collections) as JsonObject;
}
