// The settings of one domain below an SMTP site: whether its mail stays here, or how it goes on. Definitions only.
import { list } from "../../schema/kinds/group.ts";
import { hostName } from "../../schema/kinds/network.ts";
import { choice, flag, text } from "../../schema/kinds/plain.ts";
import { type Collection, collection, section, setting, type Values } from "../../schema/section.ts";
import { domainFolderSettings } from "../folders/folder-settings.ts";

const facts = { since: "0.1", applies: "new-connections" } as const;

export const domainSection = section("domain", "A domain that an SMTP site treats in a way of its own.", {
  type: setting(choice(["local", "alias", "remote"]), {
    ...facts,
    fallback: "local",
    iis: { name: "RouteAction", id: 36946 },
    doc: "Local: mail for the domain stays on this machine, in a folder of the domain. Alias: it is treated as mail for the default domain of the site. Remote: it goes on to another server.",
  }),
  relay: setting(flag, {
    ...facts,
    fallback: false,
    iis: { name: "RouteAction", id: 36946 },
    doc: "Of a remote domain: whether mail for it is taken from everybody, as a backup server or a gateway before another server does. It is bit 0x1000 in IIS.",
  }),
  recipients: setting(list(text({ min: 1, max: 255 }), { max: 20_000 }), {
    ...facts,
    fallback: null,
    doc: "The names before the @ for which mail is taken, such as info; others are refused while the sender still listens. Postmaster is always among them. Without a value mail for every name of the domain is taken.",
  }),
  ...domainFolderSettings,
});

export type DomainValues = Values<typeof domainSection>;

export const domainCollection: Collection<typeof domainSection> = collection(domainSection, {
  doc: "Domains by name; *.example.org stands for all that is below example.org, and a domain that is named itself comes before it.",
  named: hostName({ wildcard: true }),
  max: 20_000,
});
