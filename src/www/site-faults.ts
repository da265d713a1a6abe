// What is set at a web site so that a directory of it is shut although the site serves: each row is one such contradiction,
// told of the first directory that has it. Pure.
import { about, type Fault, fault } from "../base/fault.ts";
import type { Home } from "../base/home.ts";
import { shellWord } from "../base/shell-word.ts";
import { isLoopback } from "../net/ip-address.ts";
import { keptAt, keptThere } from "../service/kept-rooms.ts";
import { judge } from "./admission/authorization.ts";
import type { DirectoryValues } from "./directories/directory-settings.ts";
import type { DirectoryTable } from "./directories/directory-table.ts";
import type { WwwSiteValues } from "./settings.ts";

interface SetUp {
  readonly home: Home;
  /** The node of the site. */
  readonly path: string;
  readonly values: WwwSiteValues;
  readonly directories: DirectoryTable;
}

/** What the site lacks, and which of its settings mends that. */
interface Lack {
  readonly because: string;
  readonly setting: keyof WwwSiteValues;
  /** As a word of a command. */
  readonly value: string;
}

interface Row {
  /** Of a directory. */
  readonly setting: keyof DirectoryValues;
  /** What the directory demands, for a sentence. */
  readonly demand: string;
  demands(settings: DirectoryValues): boolean;
  /** Undefined where the demand can be met. */
  lack(values: WwwSiteValues): Lack | undefined;
}

const rows: readonly Row[] = [
  {
    setting: "requireTls",
    demand: "it is shown under TLS only",
    demands: (it) => it.requireTls,
    lack: lackOfTls,
  },
  {
    setting: "requireClientCertificate",
    demand: "it demands a client certificate",
    demands: (it) => it.requireClientCertificate,
    lack: lackOfCertificates,
  },
  {
    setting: "certificateAuthentication",
    demand: "it demands a login, for which there are client certificates alone",
    demands: (it) => it.certificateAuthentication && !it.basicAuthentication && demandsLogin(it),
    lack: lackOfCertificates,
  },
  {
    setting: "basicAuthentication",
    demand: "it demands a login, and takes no password in clear but from this machine",
    demands: (it) => it.basicAuthentication && demandsLogin(it),
    lack: (values) => (takesPasswordsInClear(values) ? undefined : lackOfTls(values)),
  },
];

export function siteFaults({ home, path, values, directories }: SetUp): readonly Fault[] {
  const all = [directories.root, ...directories.all];
  const shut = rows.flatMap(({ setting, demand, demands, lack }) => {
    const lacking = lack(values);
    const directory = lacking && all.find((it) => demands(it.settings));
    if (lacking === undefined || directory === undefined) return [];
    const mend = `inetsrv config set ${shellWord(`${path}/${lacking.setting}`)} ${lacking.value}`;
    const remedy = `Mend that: ${mend}. Or demand less: ${directory.node}/${setting}`;
    return [fault(about("site", path), notLetIn(directory.url, path), `${demand}, and ${lacking.because}`, remedy)];
  });
  const kept = all.flatMap(({ url, node, folder }) => {
    const it = keptAt(home, folder);
    if (it === undefined) return [];
    const because = `${it.folder} holds ${keptThere[it.room]}, and is never served`;
    return [fault(about("site", path), notLetIn(url, path), because, `Set ${node}/path to a folder of its own`)];
  });
  return [...shut, ...kept.slice(0, 1)];
}

const notLetIn = (url: string, path: string): string => `Nobody can be let in to ${url} of ${path}`;

function lackOfTls({ secureBindings }: WwwSiteValues): Lack | undefined {
  if (secureBindings.length > 0) return undefined;
  return { because: "the site has no binding with TLS", setting: "secureBindings", value: "'*:443'" };
}

function lackOfCertificates(values: WwwSiteValues): Lack | undefined {
  if (values.clientCertificate === "off")
    return { because: "the site asks no client for one", setting: "clientCertificate", value: "ask" };
  if (values.clientAuthorities === null)
    return { because: "the site knows no issuer", setting: "clientAuthorities", value: '"$(cat ISSUERS.pem)"' };
  return lackOfTls(values);
}

const takesPasswordsInClear = ({ plainTextLogin, bindings }: WwwSiteValues): boolean =>
  plainTextLogin || bindings.every(({ address }) => isLoopback(address));

/** Where rules let nobody in, whoever he is, that is meant so. */
function demandsLogin({ anonymousAuthentication, authorization }: DirectoryValues): boolean {
  const { allowed, rule } = judge(authorization, undefined, "GET");
  return allowed ? !anonymousAuthentication : rule?.who.is !== "anybody";
}
