// What mends it when a test message was not taken, as one table: the first row that fits what happened says which setting or
// command to turn to. Pure; what a server means by its words only its operator knows, so some rows can but point at them.
import type { Fault } from "../../base/fault.ts";
import { shellWord } from "../../base/shell-word.ts";
import { outcomeOf, type Reply } from "../../proto/smtp/reply.ts";
import type { TrialStage } from "../../proto/smtp/trial.ts";
import { printMailHost } from "../deliver/mail-host.ts";
import type { Way } from "../deliver/policy.ts";
import type { NoAnswer } from "../deliver/resolver.ts";
import type { WaySettings } from "./way-settings.ts";

export interface Trouble {
  readonly stage: TrialStage;
  /** As it was heard, or of our own making. */
  readonly reply: Reply;
  /** A server said so. */
  readonly isServers: boolean;
  readonly lookup: NoAnswer["is"] | undefined;
  readonly doubt: string | undefined;
  readonly way: Way;
  readonly settings: WaySettings;
  /** Of the site. */
  readonly path: string;
  /** Why the password of the way cannot be used. */
  readonly sealed: Fault | undefined;
}

interface Row {
  readonly at: readonly TrialStage[];
  when?(it: Trouble): boolean;
  mend(it: Trouble): string;
}

/** A row asks by `when` for the settings that it names. */
const set = (setting: string | undefined, value = ""): string =>
  ["inetsrv config set", shellWord(setting ?? ""), ...(value === "" ? [] : [shellWord(value)])].join(" ");
const unset = (setting: string | undefined): string => `inetsrv config unset ${shellWord(setting ?? "")}`;
const says = (pattern: RegExp) => (it: Trouble) => pattern.test(it.reply.lines.join(" "));

/** The hosts are named by a person, and not by the domain of the recipient. */
const isNamed = ({ way }: Trouble): boolean => way.hosts !== undefined;
const host = ({ settings }: Trouble, value: string): string =>
  settings.hosts === undefined ? `--host ${shellWord(value)}` : set(settings.hosts, value);

/** RFC 6409 §3.1, RFC 8314 §3.3: where hosts take mail of their users; the other one, when it is one of them. */
const USER_PORT = 587;
const USER_PORT_WITH_TLS = 465;
function onUserPort({ hosts }: Way): string {
  const [first] = hosts ?? [];
  const port = first?.port === USER_PORT ? USER_PORT_WITH_TLS : USER_PORT;
  return first === undefined ? `HOST:${port}` : printMailHost({ ...first, port });
}

/** With TLS 1.3 a server looks at our certificate only when we have begun to speak, and may close without a word. */
const aboutOurs = says(/our certificate|certificates? of (the kind of )?ours/);
const known = ({ way, settings }: Trouble): string =>
  `Tell who runs the host by which certificate it is to know this server: inetsrv cert show ${shellWord(way.certificate ?? "")}. Or show another one: ${set(settings.certificate, "NAME")}`;

/** A user without a password: EXTERNAL. */
const isByCertificate = ({ certificate, login }: Way): boolean =>
  certificate !== null && login !== undefined && login.password === undefined;

const beforeLogin = ["greeting", "hello"] as const;
const envelope = ["sender", "recipient", "text"] as const;

const rows: readonly Row[] = [
  {
    at: ["certificate"],
    mend: ({ way, settings }) => {
      const name = shellWord(way.certificate ?? "");
      return `See what is wrong with it: inetsrv cert show ${name}. Give it a version that is good now: inetsrv cert add ${name} FILE. Or show another one: ${set(settings.certificate, "NAME")}`;
    },
  },
  {
    at: ["lookup"],
    when: says(/this server itself|leads back to this server/),
    mend: (it) =>
      isNamed(it)
        ? `Name another host: ${host(it, "HOST")}`
        : `Take the domain in as a local one below ${it.path}/domains, or have its records in DNS changed`,
  },
  {
    at: ["lookup"],
    when: ({ lookup }) => lookup === "later",
    mend: ({ path }) =>
      `See that the name servers of this machine answer, or name others: ${set(`${path}/nameServers`, "ADDRESS")}`,
  },
  {
    at: ["lookup"],
    when: isNamed,
    mend: (it) => `Look at how the host is spelled, and name it anew: ${host(it, "HOST")}`,
  },
  { at: ["lookup"], mend: () => "Look at how the domain is spelled in --to" },
  {
    at: ["connect"],
    when: says(/sourceAddress/),
    mend: ({ path }) =>
      `Let the system choose the address: ${unset(`${path}/sourceAddress`)}. Or name one of this machine: ${set(`${path}/sourceAddress`, "ADDRESS")}`,
  },
  {
    at: ["connect"],
    when: isNamed,
    mend: (it) => `See that no firewall is in between, or try another port for users: ${host(it, onUserPort(it.way))}`,
  },
  {
    at: ["connect"],
    mend: ({ path }) =>
      `Many networks let nobody connect to port 25 outside: ask whose it is, or hand mail to a host of theirs: ${set(`${path}/smartHost`, "HOST")}`,
  },
  {
    at: ["secure"],
    when: ({ doubt }) => doubt?.includes("is not for") === true,
    mend: (it) =>
      `${isNamed(it) ? `Name the host as its certificate does: ${host(it, "HOST")}` : "Ask who runs the host for a certificate in its name"}. To be content with encryption: ${set(it.settings.tls, "required")}`,
  },
  {
    at: ["secure"],
    when: ({ doubt }) => doubt !== undefined,
    mend: ({ settings }) =>
      `Ask who runs the host for a certificate of a known authority. Where you trust the way to it, be content with encryption: ${set(settings.tls, "required")}`,
  },
  {
    at: ["secure", ...beforeLogin],
    when: (it) => !it.isServers && aboutOurs(it) && it.way.certificate !== null,
    mend: known,
  },
  {
    at: ["secure", ...beforeLogin],
    when: (it) => !it.isServers && aboutOurs(it),
    mend: ({ path, settings }) =>
      `Name the certificate by which the host knows this server: ${set(settings.certificate ?? `${path}/smartHostCertificate`, "NAME")}`,
  },
  {
    at: ["hello"],
    when: ({ isServers, way }) => !isServers && way.certificate !== null,
    mend: (it) => `It may be that the host does not know the certificate which it was shown. ${known(it)}`,
  },
  {
    at: ["secure"],
    when: ({ way }) => way.certificate !== null,
    mend: (it) =>
      `A certificate is shown under TLS alone: see that the host speaks TLS 1.2 or 1.3 on that port${isNamed(it) ? `, or try one for users: ${host(it, onUserPort(it.way))}` : ""}`,
  },
  {
    at: ["secure"],
    when: says(/does not offer STARTTLS/),
    mend: (it) =>
      `${isNamed(it) ? `Try a port for users, where TLS is usual: ${host(it, onUserPort(it.way))}. ` : ""}To send in clear where nothing else is offered: ${set(it.settings.tls, "opportunistic")}`,
  },
  {
    at: ["secure"],
    mend: ({ settings }) =>
      `See that the host speaks TLS 1.2 or 1.3 on that port. To send in clear: ${set(settings.tls, "off")}`,
  },
  { at: ["login"], when: ({ sealed }) => sealed !== undefined, mend: ({ sealed }) => sealed?.remedy ?? "" },
  {
    at: ["login"],
    when: ({ way }) => way.login?.password === "",
    mend: ({ settings }) => `No password is set. Set it: ${set(settings.password)}`,
  },
  {
    at: ["login"],
    when: says(/connection is in clear/),
    mend: ({ settings }) => `A password is not told in clear. Ask for TLS: ${set(settings.tls, "verified")}`,
  },
  {
    at: ["login"],
    when: ({ reply, way }) => isByCertificate(way) && outcomeOf(reply) === "never",
    mend: known,
  },
  {
    at: ["login"],
    when: ({ isServers, way }) => isByCertificate(way) && !isServers,
    mend: ({ settings }) =>
      `To log in with a password instead of the certificate: ${set(settings.password)}. A host that wants no login: ${unset(settings.user)}`,
  },
  {
    at: ["login"],
    when: ({ isServers }) => !isServers,
    mend: (it) =>
      `Try a port for users, where a login is usual: ${host(it, onUserPort(it.way))}. A host that wants none: ${unset(it.settings.user)}`,
  },
  {
    at: ["login"],
    when: ({ reply }) => outcomeOf(reply) === "never",
    mend: ({ settings }) =>
      `Set user and password anew: ${set(settings.user, "NAME")}; ${set(settings.password)}. Some hosts want a password that was made for programs, or that the mailbox is allowed to send so first`,
  },
  {
    at: [...beforeLogin, "login", ...envelope],
    when: ({ isServers, reply }) => isServers && outcomeOf(reply) === "later",
    mend: () => "The host wants to be asked again later: mail in the queue is tried again by itself, so try this again",
  },
  {
    at: envelope,
    when: ({ isServers, reply }) => !isServers && outcomeOf(reply) === "never",
    mend: () => "Test with addresses in plain letters: --from ADDRESS --to ADDRESS",
  },
  {
    at: [...beforeLogin, ...envelope],
    when: ({ isServers }) => !isServers,
    mend: () => "See what is between here and the host, and try again",
  },
  {
    at: ["hello"],
    mend: ({ path }) =>
      `Introduce this server by a name that DNS knows for its address: ${set(`${path}/heloName`, "NAME")}`,
  },
  {
    at: ["greeting"],
    mend: ({ path }) =>
      `The host takes nothing from the address of this machine: ask who runs it, or send from another: ${set(`${path}/sourceAddress`, "ADDRESS")}`,
  },
  {
    at: envelope,
    when: ({ reply, settings, way }) => reply.code === 530 && way.login === undefined && settings.user !== undefined,
    mend: ({ settings }) => `The host wants a login: ${set(settings.user, "NAME")}; ${set(settings.password)}`,
  },
  {
    at: ["sender", "recipient"],
    when: (it) => it.way.certificate !== null && says(/relay|tenant/i)(it),
    mend: known,
  },
  {
    at: ["sender"],
    when: ({ settings }) => settings.sender !== undefined,
    mend: ({ settings }) =>
      `Send from an address that the host lets you use: --from ADDRESS. So that all mail of this route leaves so: ${set(settings.sender, "ADDRESS")}`,
  },
  {
    at: ["sender"],
    mend: ({ path }) =>
      `Send from an address that the host lets you use: --from ADDRESS. So that mail from domains of this site leaves under another one: ${set(`${path}/masqueradeDomain`, "DOMAIN")}`,
  },
  {
    at: ["recipient"],
    when: ({ reply, settings, way }) =>
      settings.user !== undefined && way.login === undefined && /relay/i.test(reply.lines.join(" ")),
    mend: ({ settings }) =>
      `The host sends on only for those whom it knows: log in, ${set(settings.user, "NAME")}; ${set(settings.password)}. Or ask who runs it to let this machine send`,
  },
  { at: ["recipient"], mend: () => "Look at the address in --to, and at the words of the host" },
  { at: ["text"], mend: () => "The words of the host say what it does not like about the message" },
];

export const remedyFor = (trouble: Trouble): string | null =>
  rows.find((it) => it.at.includes(trouble.stage) && it.when?.(trouble) !== false)?.mend(trouble) ?? null;
