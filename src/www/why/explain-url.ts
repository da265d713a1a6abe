// What a web site would answer at a URL, for `inetsrv www why`: the same rows and the same content that a request meets, with the
// words of each. It sends nothing, and reads files with the rights of whoever asks.
import { join } from "node:path";
import type { Welcome } from "../../account/login.ts";
import type { Clock } from "../../base/clock.ts";
import type { Home } from "../../base/home.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { AddressRules } from "../../net/access/address-rules.ts";
import { discard } from "../../proto/http/answer/answer.ts";
import { DateStamp } from "../../proto/http/answer/date-stamp.ts";
import { parseHead } from "../../proto/http/head/parse-head.ts";
import type { RequestHead } from "../../proto/http/head/request-head.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import { targetPath } from "../../proto/http/target/target-path.ts";
import type { SiteWritten, UrlAnswer, UrlQuestion } from "../../proto/http/url-question.ts";
import type { AdmissionRow } from "../admission/admission-row.ts";
import { addressRows, visitorRows } from "../admission/admission-rows.ts";
import { type ContentRules, contentRules } from "../content/content-rules.ts";
import { contentWorld } from "../content/content-world.ts";
import { errorRules } from "../content/error/error-rules.ts";
import { SiteContent } from "../content/site-content.ts";
import { Decisions } from "../decisions.ts";
import type { Directory } from "../directories/directory.ts";
import { type SiteSettings, siteDirectories } from "../directories/site-directories.ts";
import { readWritten } from "../directories/site-outline.ts";
import { connectionLimits } from "../engine/engine-settings.ts";
import { siteRefusals } from "../engine/refusals.ts";
import { filterRows } from "../filter/filter-rules.ts";
import { pathRules } from "../path-rules.ts";
import type { WwwSiteValues } from "../settings.ts";
import { explainSecure } from "./explain-secure.ts";
import { Explained, nowhere } from "./explained.ts";
import { bindingText, findSite } from "./find-site.ts";
import { admissionLook, corsLook, filterLook } from "./look.ts";
import { Visitor } from "./visitor.ts";

export interface ExplainWorld {
  readonly home: Home;
  readonly clock: Clock;
  /** Somebody as he would be welcome at a site; the error says why he would not be. */
  welcome(user: string, site: string): Result<Welcome, string>;
}

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
  const settings = readWritten(site);
  const { values } = settings;
  // Who may connect at all; TLS and the limits are another matter.
  const { allowed, because } = new AddressRules(values.access, values.accessUnlisted).judge(question.ip);
  if (!allowed)
    return good(explained.refused("access", { ...siteRefusals.unavailable, because }, `${site.path}/access`));
  explained.goesOn("access", because);
  const target = rest.startsWith("/") ? rest : `/${rest}`;
  const user = question.user === undefined ? good(undefined) : world.welcome(question.user, site.name);
  if (!user.ok) return user;
  const visitor = new Visitor(question.ip, secure, user.value);
  const origin = question.origin === undefined ? "" : `Origin: ${question.origin}\r\n`;
  const named = portText === undefined ? host : `${host}:${portText}`;
  const text = `${question.method} ${target} HTTP/1.1\r\nHost: ${named}\r\n${origin}${visitor.headers}\r\n`;
  const head = parseHead(Buffer.from(text), 0, connectionLimits(values).head);
  if (head === undefined) return bad(`${question.method} ${target} is no request`);
  if (head.refusal !== undefined) return good(explained.refused("request", head.refusal, null));
  const ended = explainSecure(explained, head, settings, secure);
  return good(ended ?? (await inSite(explained, head, visitor, settings, world)));
}

async function inSite(
  explained: Explained,
  request: RequestHead,
  asker: Visitor,
  site: SiteSettings,
  { home, clock }: ExplainWorld,
): Promise<UrlAnswer> {
  const directories = siteDirectories(home, site);
  const decisions = new Decisions(pathRules(site.values), directories);
  const { target, directory, below } = decisions.of(request.path);
  const { node, folder, application, url, settings } = directory;
  explained.errors = { rules: errorRules(settings, (path) => path), node, asker };
  const path = targetPath(request.path, pathRules(site.values));
  if (!path.ok) return explained.refused("path", path.error, settingOfPath(request.path, site, path.error));
  explained.goesOn("path", `it means ${target.path}`);
  explained.found = { site: site.path, application, directory: url, file: join(folder, ...below) };
  explained.goesOn("directory", `${url} of the application ${application} lies in ${folder}`, node);
  const asked = { path: target, raw: request.path, method: request.method, contentLength: undefined, fields: request };
  const login = asker.loginAt(site.values);
  const filtered = (about: "path" | "request") =>
    filterRows.filter((it) => it.about === about).map((it) => filterLook(it, settings, asked));
  const admitted = (rows: readonly AdmissionRow[]) =>
    rows.map((it) => admissionLook(it, settings, request, asker, { login, clock }));
  const looks = [
    ...filtered("path"),
    ...admitted(addressRows),
    ...filtered("request"),
    corsLook(settings, request),
    ...admitted(visitorRows),
  ];
  for (const { setting, refused, because } of looks) {
    const at = `${node}/${setting}`;
    const refusal = await refused();
    if (refusal !== undefined) return explained.refused(setting, refusal, at);
    explained.goesOn(setting, because(), at);
  }
  const content = new SiteContent(
    contentWorld({ home, clock, date: new DateStamp(clock.wallMs()), fileCacheBytes: CACHE_BYTES }),
  );
  const rulesIn = rulesByDirectory(home);
  const elsewhere = (other: string) => {
    const { refusal, directory: there, ...found } = decisions.of(other);
    return refusal === undefined ? { ...found, folder: there.folder, rules: rulesIn(there), asker } : undefined;
  };
  const place = { target, folder, below, rules: rulesIn(directory), asker, elsewhere };
  const answer = await content.answer(request, place);
  discard(answer);
  content.close();
  return explained.content(answer, node, place.rules.redirect !== undefined);
}

/** Without pages for errors, so that these are told as they are. */
function rulesByDirectory(home: Home): (directory: Directory) => ContentRules {
  const known = new Map<Directory, ContentRules>();
  return (directory) => {
    const rules = known.get(directory) ?? contentRules({ ...directory.settings, errorPages: [] }, home.root);
    known.set(directory, rules);
    return rules;
  };
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
