// What a web site would answer at a URL, for `inetsrv www why`: the same rows and the same content that a request meets, with the
// words of each. It sends nothing, and reads files with the rights of whoever asks.
import { join } from "node:path";
import type { Welcome } from "../../account/login.ts";
import type { Clock } from "../../base/clock.ts";
import type { Home } from "../../base/home.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { AddressRules } from "../../net/access/address-rules.ts";
import { type Answer, discard } from "../../proto/http/answer/answer.ts";
import { DateStamp } from "../../proto/http/answer/date-stamp.ts";
import { parseHead } from "../../proto/http/head/parse-head.ts";
import type { RequestHead } from "../../proto/http/head/request-head.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import { reasonOf } from "../../proto/http/status.ts";
import { targetPath } from "../../proto/http/target/target-path.ts";
import type { SiteWritten, UrlAnswer, UrlConsulted, UrlQuestion } from "../../proto/http/url-question.ts";
import { decodeOwn } from "../../schema/decode.ts";
import { valuesOf } from "../../schema/resolve.ts";
import { addressRows, visitorRows } from "../admission/admission-rows.ts";
import { contentRules } from "../content/content-rules.ts";
import { contentWorld } from "../content/content-world.ts";
import { causes } from "../content/error/causes.ts";
import { SiteContent } from "../content/site-content.ts";
import { type SiteSettings, siteDirectories } from "../directories/site-directories.ts";
import { connectionLimits } from "../engine/engine-settings.ts";
import { siteRefusals } from "../engine/refusals.ts";
import { filterRows } from "../filter/filter-rules.ts";
import { pathRules } from "../path-rules.ts";
import { type WwwSiteValues, wwwSite } from "../settings.ts";
import { bindingText, findSite } from "./find-site.ts";
import { admissionLook, filterLook } from "./look.ts";
import { Visitor } from "./visitor.ts";

export interface ExplainWorld {
  readonly home: Home;
  readonly clock: Clock;
  /** Somebody as he would be welcome at a site; the error says why he would not be. */
  welcome(user: string, site: string): Result<Welcome, string>;
}

type Found = Pick<UrlAnswer, "site" | "application" | "directory" | "file">;
type Ended = Pick<Answer, "status" | "substatus">;
type Refused = Pick<Refusal, "status" | "substatus" | "because">;

const nowhere: Found = { site: null, application: null, directory: null, file: null };
const CACHE_BYTES = 1024 * 1024;

const URL_FORM = /^(https?):\/\/(\[[0-9a-f:.]+\]|[^/?#:@\s]+)(?::(\d{1,5}))?([/?][^#\s]*)?$/i;

export async function explainUrl(
  question: UrlQuestion,
  sites: readonly SiteWritten[],
  world: ExplainWorld,
): Promise<Result<UrlAnswer, string>> {
  const [, scheme = "", host = "", portText, rest = "/"] = URL_FORM.exec(question.url) ?? [];
  if (host === "") return bad(`${question.url} is no address of http or https, such as http://www.example.org/a`);
  const secure = scheme.toLowerCase() === "https";
  const port = portText === undefined ? (secure ? 443 : 80) : Number(portText);
  const bound = findSite(sites, { host, port, secure });
  if (bound === "silence") return bad(`No site listens on port ${port} ${secure ? "with TLS" : "in clear"}`);
  const explained = new Explained();
  if (bound === "nobody") {
    const refusal = secure ? siteRefusals.misdirected : siteRefusals.nobody;
    return good(explained.refused("binding", refusal, "www/defaultSite"));
  }
  const { site } = bound;
  explained.found = { ...nowhere, site: site.path };
  explained.goesOn("binding", `${bindingText(bound)}: ${site.path}`);
  const { own } = decodeOwn(wwwSite, site.values, site.path);
  const values: WwwSiteValues = valuesOf(wwwSite, [{ path: site.path, section: wwwSite, own }]);
  // Who may connect at all; TLS and the limits are another matter.
  const { allowed, because } = new AddressRules(values.access, values.accessUnlisted).judge(question.ip);
  if (!allowed)
    return good(explained.refused("access", { ...siteRefusals.unavailable, because }, `${site.path}/access`));
  explained.goesOn("access", because);
  const target = rest.startsWith("/") ? rest : `/${rest}`;
  const user = question.user === undefined ? good(undefined) : world.welcome(question.user, site.name);
  if (!user.ok) return user;
  const visitor = new Visitor(question.ip, secure, user.value);
  const text = `${question.method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${visitor.headers}\r\n`;
  const head = parseHead(Buffer.from(text), 0, connectionLimits(values).head);
  if (head === undefined) return bad(`${question.method} ${target} is no request`);
  if (head.refusal !== undefined) return good(explained.refused("request", head.refusal, null));
  return good(await inSite(explained, head, visitor, { ...site, values }, world));
}

async function inSite(
  explained: Explained,
  request: RequestHead,
  asker: Visitor,
  site: SiteSettings,
  { home, clock }: ExplainWorld,
): Promise<UrlAnswer> {
  const path = targetPath(request.path, pathRules(site.values));
  if (!path.ok) return explained.refused("path", path.error, settingOfPath(request.path, site, path.error));
  const target = path.value;
  explained.goesOn("path", `it means ${target.path}`);
  const { node, folder, application, url, depth, settings } = siteDirectories(home, site).find(target.segments);
  const below = target.segments.slice(depth);
  explained.found = { site: site.path, application, directory: url, file: join(folder, ...below) };
  explained.goesOn("directory", `${url} of the application ${application} lies in ${folder}`, node);
  const asked = { path: target, raw: request.path, method: request.method, contentLength: undefined };
  const login = asker.loginAt(site.values);
  const rows = [
    ...filterRows.filter((it) => it.about === "path").map((it) => filterLook(it, settings, asked)),
    ...addressRows.map((it) => admissionLook(it, settings, request, asker, { login, clock })),
    ...filterRows.filter((it) => it.about === "request").map((it) => filterLook(it, settings, asked)),
    ...visitorRows.map((it) => admissionLook(it, settings, request, asker, { login, clock })),
  ];
  for (const { setting, refused, because } of rows) {
    const at = `${node}/${setting}`;
    const refusal = await refused();
    if (refusal !== undefined) return explained.refused(setting, refusal, at);
    explained.goesOn(setting, because(), at);
  }
  const content = new SiteContent(
    contentWorld({ clock, date: new DateStamp(clock.wallMs()), fileCacheBytes: CACHE_BYTES }),
  );
  const place = { target, folder, below, rules: contentRules(settings, home.root), asker };
  const answer = await content.answer(request, place);
  discard(answer);
  content.close();
  return explained.answered(answer, node, place.rules.redirect !== undefined);
}

/** Gathers what was looked at, until something decides. */
class Explained {
  found: Found = nowhere;
  private readonly consulted: UrlConsulted[] = [];

  goesOn(row: string, because: string, setting: string | null = null): void {
    this.consulted.push({ row, says: "goes on", because, setting });
  }

  refused(row: string, refusal: Refused, setting: string | null): UrlAnswer {
    return this.ended(refusal, { row, says: "refused", because: refusal.because, setting });
  }

  answered(answer: Answer, node: string, redirects: boolean): UrlAnswer {
    const location = answer.fields.find(([name]) => name === "Location")?.[1];
    const cause = causes[`${answer.status}.${answer.substatus}`];
    const says = answer.status < 400 ? "answered" : "refused";
    const because = location === undefined ? (cause?.because ?? "the content is there") : `it leads to ${location}`;
    const setting = cause?.setting ?? (location !== undefined && redirects ? "redirect" : undefined);
    return this.ended(answer, {
      row: "content",
      says,
      because,
      setting: setting === undefined ? null : `${node}/${setting}`,
    });
  }

  private ended({ status, substatus }: Ended, last: UrlConsulted): UrlAnswer {
    const code = substatus === 0 ? String(status) : `${status}.${substatus}`;
    const consulted = [...this.consulted, last];
    return { code, reason: reasonOf(status), served: status < 400, ...this.found, consulted };
  }
}

/** How each setting about paths lets most through. */
const lenient: Partial<WwwSiteValues> = { maxUrlSegments: 16_384, backslashSeparates: true, windowsNames: false };

/** Without which setting the path would not be refused so; most of what is wrong with a path no setting lets through. */
function settingOfPath(said: string, { path, values }: SiteSettings, { because }: Refusal): string | null {
  const setting = Object.entries(lenient).find(([key, value]) => {
    const other = targetPath(said, pathRules({ ...values, [key]: value }));
    return other.ok || other.error.because !== because;
  });
  return setting === undefined ? null : `${path}/${setting[0]}`;
}
