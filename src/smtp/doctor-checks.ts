// What the doctor looks at for mail: the folders of its sites, and whether the hosts to which they hand mail have a name that
// is known and answer at their port. No mail is sent, and nothing is said to them.
import { connect } from "node:net";
import { hostname } from "node:os";
import { systemClock } from "../base/clock.ts";
import { about } from "../base/fault.ts";
import type { Home } from "../base/home.ts";
import { shellWord } from "../base/shell-word.ts";
import { nameOf } from "../metabase/tree/path.ts";
import { sortedEntries, type View, valuesAt } from "../metabase/tree/view.ts";
import type { DoctorCheck, Finding } from "../service/doctor-check.ts";
import { folderFindings, type UsedFolder } from "../service/folder-findings.ts";
import { domainSection } from "./accept/domain-section.ts";
import { badmailCheck } from "./badmail-check.ts";
import { DnsResolver } from "./deliver/dns-resolver.ts";
import { type MailHost, printMailHost } from "./deliver/mail-host.ts";
import { routeSection } from "./deliver/route-settings.ts";
import { domainDropFolder, siteFolders } from "./folders/folder-settings.ts";
import type { SmtpSiteValues } from "./settings.ts";
import { sitesThatAreOn } from "./sites-on.ts";

const foldersCheck: DoctorCheck = {
  name: "mail-folders",
  title: "pickup, drop and badmail folders: the services can work there",
  needs: ["metabase", "spool"],
  look(patient) {
    const { home, metabase, isUp } = patient;
    const folders = (metabase === undefined ? [] : sitesThatAreOn(metabase.view)).flatMap(([path, values]) => {
      const { pickup, drop, badmail } = siteFolders(home, nameOf(path), values);
      const row = (folder: string, setting: string, holds: string, matters: string): UsedFolder => ({
        path: folder,
        setting: `${path}/${setting}`,
        of: path,
        wants: "write",
        holds,
        // Pickup is made when the site begins to look there, and is missed from then on.
        madeWhenMissing: setting !== "pickupFolder" || !isUp,
        matters,
        missingArticle: setting === "pickupFolder" ? "mail-pickup" : "mail-badmail",
      });
      return [
        ...(values.pickup
          ? [row(pickup, "pickupFolder", "Files to be sent", "What programs put there is not sent")]
          : []),
        row(drop, "dropFolder", "Mail for local domains", "Mail for local domains waits in the queue"),
        row(badmail, "badmailFolder", "Mail that can go nowhere", "Mail that can go nowhere stays in the queue"),
        ...(metabase === undefined ? [] : ofDomains(home, metabase.view, path)),
      ];
    });
    return folderFindings(patient, folders);
  },
};

/** Those that have a folder of their own. */
function ofDomains(home: Home, view: View, site: string): readonly UsedFolder[] {
  return sortedEntries(view, `${site}/domains`).flatMap((path): readonly UsedFolder[] => {
    const { dropFolder } = valuesAt(view, path, domainSection);
    if (dropFolder === null) return [];
    return [
      {
        path: domainDropFolder(home, dropFolder, ""),
        setting: `${path}/dropFolder`,
        of: path,
        wants: "write",
        holds: "Mail for the domain",
        madeWhenMissing: true,
        matters: "Mail for the domain waits in the queue",
        missingArticle: "file-permissions",
      },
    ];
  });
}

const hostsCheck: DoctorCheck = {
  name: "mail-hosts",
  title: "name servers, smart hosts and hosts of routes: known, and they answer",
  needs: ["metabase"],
  asksOthers: true,
  async look({ metabase }) {
    const asked = new Map<string, Asked>();
    for (const it of metabase === undefined ? [] : hostsOf(metabase.view)) {
      const key = `${printMailHost(it.host)} ${it.port} ${it.servers.map(printMailHost).join()}`;
      if (!asked.has(key) && asked.size < HOSTS_MAX) asked.set(key, it);
    }
    const lookUps = metabase === undefined ? [] : directSites(metabase.view);
    return (await Promise.all([...[...asked.values()].map(flawsOf), ...lookUps.map(dnsFlaws)])).flat();
  },
};

export const smtpDoctorChecks: readonly DoctorCheck[] = [foldersCheck, badmailCheck, hostsCheck];

interface Asked {
  readonly host: MailHost;
  readonly port: number;
  readonly site: string;
  /** Where the host is named. */
  readonly setting: string;
  readonly servers: readonly MailHost[];
}

const HOSTS_MAX = 64;
const LOOK_UP_MS = 2000;
const CONNECT_MS = 3000;

function* hostsOf(view: View): Generator<Asked> {
  for (const [site, values] of sitesThatAreOn(view)) {
    const row = (host: MailHost, setting: string): Asked => {
      return { host, port: host.port ?? values.remotePort, site, setting, servers: values.nameServers };
    };
    for (const host of values.smartHost ?? []) yield row(host, `${site}/smartHost`);
    for (const route of sortedEntries(view, `${site}/routes`))
      for (const host of valuesAt(view, route, routeSection).hosts ?? []) yield row(host, `${route}/hosts`);
  }
}

/** Those that look up where mail goes, one for each set of name servers. */
function directSites(view: View): readonly (readonly [string, SmtpSiteValues])[] {
  const byServers = new Map<string, readonly [string, SmtpSiteValues]>();
  for (const [path, values] of sitesThatAreOn(view))
    if (values.smartHost === null || values.directFirst)
      byServers.set(values.nameServers.map(printMailHost).join(), [path, values]);
  return [...byServers.values()];
}

/** Whether anybody answers at all: that our own name is not known is an answer too. */
async function dnsFlaws([site, values]: readonly [string, SmtpSiteValues]): Promise<readonly Finding[]> {
  const asked = await resolverOf(values.nameServers).exchangers(values.fullyQualifiedName ?? hostname());
  if (asked.ok || asked.error.is === "none") return [];
  return [
    {
      level: "error",
      subject: about("setting", `${site}/nameServers`),
      what: `${site} finds no way for mail to other domains: ${asked.error.because}`,
      matters: "That mail waits in the queue; none is lost",
      remedy: dnsRemedy(site),
      article: "mail-dns",
    },
  ];
}

const resolverOf = (servers: readonly MailHost[]): DnsResolver =>
  new DnsResolver({ clock: systemClock, servers, timeoutMs: LOOK_UP_MS, tries: 1 });

async function flawsOf({ host, port, site, setting, servers }: Asked): Promise<readonly Finding[]> {
  const finding = (level: Finding["level"], what: string, remedy: string, article: string): readonly Finding[] => [
    {
      level,
      subject: about("setting", setting),
      what,
      matters: `Mail of ${site} that goes this way waits in the queue; none is lost`,
      remedy,
      article,
    },
  ];
  const name = printMailHost(host);
  let addresses: readonly string[] = [host.host];
  if (host.is === "name") {
    const found = await resolverOf(servers).addresses(host.host);
    if (!found.ok)
      return found.error.is === "none"
        ? finding("error", `${setting} names ${name}: ${found.error.because}`, rename(setting), "mail-dns")
        : finding("error", `${setting} names ${name}, and ${found.error.because}`, dnsRemedy(site), "mail-dns");
    addresses = found.value;
  }
  const reasons = await Promise.all(addresses.slice(0, 4).map((address) => whyUnreachable(address, port)));
  if (reasons.some((it) => it === undefined)) return [];
  return finding(
    "warning",
    `${name} does not answer at port ${port}: ${reasons[0]}`,
    `See what stands in the way: inetsrv smtp test ${shellWord(nameOf(site))}`,
    "mail-smart-host",
  );
}

const rename = (setting: string): string => `Name another host: inetsrv config set ${shellWord(setting)} HOST`;
const dnsRemedy = (site: string): string =>
  `See that the name servers of this machine answer, or name others: inetsrv config set ${shellWord(`${site}/nameServers`)} ADDRESS`;

/** A connection is opened and closed; undefined when that was possible. */
function whyUnreachable(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (because: string | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(because);
    };
    const timer = setTimeout(() => end(`no answer within ${CONNECT_MS / 1000} s`), CONNECT_MS);
    socket.once("connect", () => end(undefined));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
