// What people paste, from IIS and from clients of all four services, against the real catalogue: each finds its article first.
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { expectGood } from "../src/base/result.ts";
import { render } from "../src/cli/look/line.ts";
import { markdownLines } from "../src/cli/look/markdown.ts";
import { checkList } from "../src/doctor/doctor.ts";
import { readKnowledge } from "../src/event/knowledge.ts";
import { house } from "../src/house.ts";

const sources = join(import.meta.dir, "..", "src");
const folder = join(import.meta.dir, "..", "knowledge");
const texts = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const knowledge = expectGood(readKnowledge(texts, house.catalogue));
const first = (query: string) => knowledge.find(query)[0]?.article.slug;

/** By article. A number that is one of our events as well is pasted with its source, as it stands in a log. */
const pasted: Readonly<Record<string, readonly string[]>> = {
  "component-mismatch": [
    "error: Cannot find module './smtp/service.ts' from '/srv/inetsrv/src/house.ts'",
    "Cannot start a worker from src/ftp/service.ts: the server started with 5b576c084ce2, found 13088548180f",
    "0006 Handle is invalid",
    "w3pcfg.dll failed to load correctly",
    "Q291589",
    "Q234542",
  ],
  "machine-key": [
    "Error 1008: An attempt was made to reference a token that does not exist",
    "1008",
    "The specified handle is invalid",
    "0x80090006",
    "0x80090016",
    "0x8009000F",
    "IISADMIN 7024 2148073478",
    "Error writing encrypted data to the Web services configuration database",
    "KB 884872",
    "884872",
    "Q248739",
    "Q243087",
    "Q282775",
  ],
  "hard-coded-path": [
    "error 2",
    "0x80070002",
    'The "" service terminated with the following error: The system can not find the file specified',
    "7023",
    "7000",
    "Q197303",
    "Q245208",
    "Q254590",
  ],
  "port-in-use": [
    "Error 10048:",
    "10048",
    "W3SVC 115",
    "Event ID 115 Source W3SVC data: 0000: 40 27 00 00",
    "Q259349",
    "Q294696",
    "listen tcp 0.0.0.0:80: bind: address already in use",
  ],
  "port-forbidden": ["10013", "An attempt was made to access a socket in a way forbidden by its access permissions"],
  "two-sites-one-binding": [
    "52",
    "Cannot create a file when that file already exists. (Exception from HRESULT: 0x800700B7)",
    "W3SVC 1004",
    "Q284984",
  ],
  "malformed-binding": ["W3SVC 113", "SecureBindings", "Q248497"],
  "address-missing": ["10049", "Can't assign requested address", "Q239424"],
  "cannot-listen": ["Error 10022", "10022", "Q147907"],
  "missing-component": [
    "1747",
    "The authentication service is unknown.",
    "Error 1075: The dependency service does not exist or has been marked for deletion.",
    "7003",
    "7001",
    "DCOM 10005",
    "CoGetClassObject 0x80080005",
    "Unable to connect to active server object -2147024893",
    "Q278416",
    "Q218458",
    "Q262844",
  ],
  "service-off": ["1058", "Q280519", "The specified service is disabled and cannot be started."],
  "service-added-later": ["Unexpected error 0x8007c801", "Q273565"],
  "metabase-damaged": ["2140", "An internal Windows NT error occurred.", "8007053D", "Q271867", "Q234429"],
  "slow-start": ["The IIS Admin Service could not be started", "1053", "7011", "7022", "Q252174", "Q308439"],
  "service-account": [
    "Error 1069: The service did not start due to a logon failure.",
    "MSFTPSVC 100",
    "DCOM 10004",
    "WAS 5021",
    "WAS 5057",
    "WAS 5059",
    "Q297989",
    "Q296720",
  ],
  "file-permissions": [
    "5",
    "System error 5 has occurred. Access is denied.",
    "0x80070005",
    "Access is denied. (0x80070005)",
    "HTTP Error 401.3 - Unauthorized",
    "IISLOG 2",
    "Q273777",
    "Q155253",
  ],
  "crash-loop": [
    "WAS 5002",
    "WAS 5009",
    "HTTP Error 503. The service is unavailable.",
    "Service Unavailable",
    "W3SVC 1002",
  ],
  "release-gone-back": ["the update was rolled back", "Release 1.1.0 has gone back to 1.0.0, as"],
  "derived-files": ["WAS 5189"],
  "configuration-refused": [
    "HTTP Error 500.19 - Internal Server Error",
    "HTTP Error 500.19 - Internal Server Error. Error Code 0x80070021. This configuration section cannot be used at this path.",
    "Cannot add duplicate collection entry of type 'mimeMap' with unique key attribute 'fileExtension' set to '.json'",
    "0x8007000D",
    "0x8007007E",
    "Q293637",
  ],
  "certificate-not-taken": ["Schannel 36870", "0x8009030D", "HttpEvent 15021"],
  "old-tls": [
    "Schannel 36871",
    "Schannel 36874",
    "Schannel 36888",
    "The following fatal alert was generated: 40. The internal error state is 1205.",
    "ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
  ],
  "certificate-not-trusted": [
    "A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 46.",
    "NET::ERR_CERT_AUTHORITY_INVALID",
    "curl: (60) SSL certificate problem: unable to get local issuer certificate",
    "0x800B0109",
  ],
  "stop-overlaps-start": ["2182", "2186", "3521", "The requested service has already been started.", "Q286196"],
  "log-silently-off": ["MD_SCRIPT_MAPS (6014) has an invalid value", "DontLog", "Q314938", "Q321013"],
  "mail-dns": ["0xC00402E7", "SmtpUseTcpDns", "Q276347", "KB 263237", "820284", "Q303889"],
  "mail-pickup": ["0xC00402CE", "Q319285", "Q221384", "Q306957"],
  "mail-badmail": ["0xC00402C7"],
  "open-relay": ["RelayIpList", "All except the list below"],
  "relay-refused": [
    "550 5.7.1",
    "550 5.7.1 Unable to relay for anna@example.net",
    "5.7.1 Unable to relay",
    "Mailbox unavailable. The server response was: 5.7.1 Unable to relay",
    "554 5.7.1 <anna@example.net>: Relay access denied",
  ],
  "account-blocked": ["535 5.7.8 The user name or the password is wrong", "1326", "0x8007052E"],
  "account-logins-busy": ["454 4.7.0 Temporary authentication failure"],
  "no-such-mailbox": ["550 5.1.1 User unknown", "5.1.1", "550 5.1.1 There is no mailbox anna@example.org here"],
  "mail-client-certificate": ["550 5.7.64 TenantAttribution; Relay Access Denied"],
  "mail-smart-host": [
    "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
    "550 5.7.30 Basic authentication is not supported for Client Submission.",
  ],
  "mail-tls": ["530 5.7.0 Must issue a STARTTLS command first"],
  "starttls-unusable": ["554 Unable to initialize security subsystem", "Q237327"],
  "disk-full": [
    "There is not enough space on the disk.",
    "Q230309",
    "KB 555408",
    "ENOSPC: no space left on device, write",
  ],
  "spool-disk-short": ["452 4.3.1 Insufficient system storage"],
  "limit-met": [
    "552 5.3.4 Message size exceeds fixed limit",
    "413.1",
    "HTTP Error 413.1 - Request Entity Too Large",
    "404.13",
    "403.15",
    "Q264908",
    "Q282458",
  ],
  "gone-after-upgrade": ["1060", "Windows Server 2025 SMTP", "Q242457"],
  "backup-missing": ["KB 311641"],
  "news-store-damaged": ["Q242038", "KB 170064"],
  "machine-renamed": ["Q234142"],
  "access-refused": ["403.6", "403.502", "HTTP Error 403.6 - Forbidden"],
  "unknown-mime-type": ["404.3", "HTTP Error 404.3 - Not Found"],
  "request-filtered": [
    "404.7",
    "404.8",
    "HTTP Error 404.11 - Not Found",
    "HTTP Error 404.15 - Not Found. The request filtering module is configured to deny a request where the query string is too long.",
  ],
  "login-required": [
    "401.1",
    "HTTP Error 401.2 - Unauthorized",
    "You do not have permission to view this directory or page",
  ],
  "tls-required": ["403.4", "403.7", "403.16", "HTTP Error 403.4 - Forbidden"],
  "folder-not-listed": ["403.14", "HTTP Error 403.14 - Forbidden", "Directory Listing Denied"],
  "no-site-for-host": ["Bad Request - Invalid Hostname", "HTTP Error 400. The request hostname is invalid."],
  "page-not-found": ["HTTP Error 404.0 - Not Found", "HTTP 404 - File not found", "404.9"],
  "dynamic-pages": [
    "502.3",
    "500.21",
    "HTTP Error 502.5 - Process Failure",
    "404.17",
    "HTTP Error 500.21 - Internal Server Error",
  ],
};

test("what people paste finds its article first", () => {
  const wrong = Object.entries(pasted).flatMap(([slug, queries]) =>
    queries.filter((it) => first(it) !== slug).map((it) => `"${it}" finds ${first(it)} instead of ${slug}`),
  );
  expect(wrong).toEqual([]);
});

test("each identifier of an article finds it first, beside our own events too", () => {
  const wrong = knowledge.articles.flatMap(({ slug, identifiers }) =>
    identifiers.filter((it) => first(it) !== slug).map((it) => `"${it}" finds ${first(it)} instead of ${slug}`),
  );
  expect(wrong).toEqual([]);
});

test("each article names the checks of the doctor that find it, or says why there is none", () => {
  const known = checkList(house.services).map(({ name }) => name);
  const wrong = knowledge.articles.flatMap(({ slug, checks, unchecked }) => [
    ...checks.filter((it) => !known.includes(it)).map((it) => `${slug}: there is no check ${it}`),
    ...((checks.length === 0) === (unchecked === undefined) ? [`${slug}: either checks, or why there is none`] : []),
  ]);
  expect(wrong).toEqual([]);
  // A change that waits to be confirmed is no failure, and needs no article.
  const told = new Set(knowledge.articles.flatMap(({ checks }) => checks));
  expect(known.filter((it) => !told.has(it))).toEqual(["pending"]);
});

test("each article that a check can name is there", async () => {
  const slugs = new Set(knowledge.articles.map(({ slug }) => slug));
  const files = [...new Glob("**/*.ts").scanSync(sources)].filter((it) =>
    /^doctor\/|doctor-checks|folder-findings/.test(it.replace(/.*\.test\.ts$/, "")),
  );
  const named = await Promise.all(files.map((file) => Bun.file(join(sources, file)).text()));
  const wanted = named.flatMap((text) =>
    [...text.matchAll(/[aA]rticle: (?:[^,\n]*\? )?"([a-z-]+)"/g)].map(([, it]) => it ?? ""),
  );
  expect(wanted.length).toBeGreaterThan(30);
  expect(wanted.filter((it) => !slugs.has(it))).toEqual([]);
});

test("each code of an answer that an article shows is one that a service explains", () => {
  const shown = knowledge.articles.flatMap(({ text }) =>
    [...text.matchAll(/explain (\d{3}\.\d+)/g)].map(([, it]) => it),
  );
  expect(shown.length).toBeGreaterThan(0);
  const explained = (code = "") => house.services.some((it) => it.explainAnswer?.(code) !== undefined);
  expect(shown.filter((it) => !explained(it))).toEqual([]);
});

test("the first screen of an article has its symptoms, its cause and the first thing that mends it", () => {
  const TERMINAL = { rows: 24, columns: 80 };
  const tooLong = knowledge.articles.flatMap(({ slug, text }) => {
    const lines = ["title", "", ...markdownLines(text, TERMINAL.columns).map((it) => render(it, false))];
    const remedy = lines.indexOf("Mend it") + 1;
    const next = lines.findIndex((it, at) => at > remedy && /^(\d+\. |- |$)/.test(it));
    return next < TERMINAL.rows ? [] : [`${slug}: its first remedy ends on line ${next}`]; // the last row is the prompt
  });
  expect(tooLong).toEqual([]);
});
