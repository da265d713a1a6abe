// The settings of who is let in to a directory: by address, by TLS, by login and by rule. Definitions only; the rows that read
// them stand in admission-rows.ts.
import { accessRule } from "../../schema/kinds/access.ts";
import { list } from "../../schema/kinds/group.ts";
import { choice, flag, text } from "../../schema/kinds/plain.ts";
import { type Section, setting, type Values } from "../../schema/section.ts";
import { authorizationRule } from "./authorization-rule.ts";

const facts = { since: "0.1", applies: "live" } as const;
const RULES_MAX = 1000;

export const admissionSettings = {
  addressAccess: setting(list(accessRule, { max: RULES_MAX }), {
    ...facts,
    fallback: [],
    iis: "ipSecurity",
    doc: "Which addresses may see the directory, as rules in the form of access, which decides who may connect to the site at all. They are looked at from the top, and the first one that names the address decides; addressAccessUnlisted decides where none does.",
  }),
  addressAccessUnlisted: setting(choice(["allow", "deny"]), {
    ...facts,
    fallback: "allow",
    iis: "ipSecurity/allowUnlisted",
    doc: "Whether an address that no rule of addressAccess names may see the directory.",
  }),
  addressDenyAction: setting(choice(["403", "401", "404", "abort"]), {
    ...facts,
    fallback: "403",
    iis: "ipSecurity/denyAction",
    doc: "What an address hears that may not see the directory: 403, 401 or 404, in the log with .503 behind it, or nothing at all, as the connection breaks off.",
  }),
  requireTls: setting(flag, {
    ...facts,
    fallback: false,
    iis: "access/sslFlags",
    doc: "Whether the directory is shown under TLS only; in clear it is 403.4.",
  }),
  requireClientCertificate: setting(flag, {
    ...facts,
    fallback: false,
    iis: "access/sslFlags",
    doc: "Whether the directory is shown only to clients with a certificate of their own, of which clientAuthorities of the site know the issuer. Without one it is 403.7, with one that is not believed 403.16, and 403.17 where its time is over. The site has to ask for it: clientCertificate.",
  }),
  anonymousAuthentication: setting(flag, {
    ...facts,
    fallback: true,
    iis: { name: "AuthFlags", id: 6000 },
    doc: "Whether somebody may come in without a login. What he may see then is for authorization to say.",
  }),
  basicAuthentication: setting(flag, {
    ...facts,
    fallback: false,
    iis: "basicAuthentication/enabled",
    doc: "Whether a visitor can log in with the name and password of an account that may log in at the site. In clear that is neither offered nor taken unless plainTextLogin says so: it is 403.4.",
  }),
  basicRealm: setting(text({ min: 1, max: 200 }), {
    ...facts,
    fallback: null,
    iis: { name: "Realm", id: 6001 },
    doc: "What the password is for, as browsers show it, and within which they send it without asking again. Without a value it is the host that was asked.",
  }),
  certificateAuthentication: setting(flag, {
    ...facts,
    fallback: false,
    iis: "iisClientCertificateMappingAuthentication/enabled",
    doc: "Whether a visitor logs in by showing a certificate that stands for an account (certificateNames). The site has to ask for it: clientCertificate. One that stands for no account is as none.",
  }),
  authorization: setting(list(authorizationRule, { max: RULES_MAX }), {
    ...facts,
    fallback: ["allow *"],
    iis: "security/authorization",
    doc: "Who may see the directory: rules such as allow group staff, deny ? or allow account anna verbs GET HEAD. Whom one rule denies may not, whatever allows him besides; of all others those that a rule allows may. Who has not logged in is asked to, and who has hears 403. right NAME stands for whoever has that right at the site, such as allow right read. Rules that are stated here stand in the place of those above, and not beside them as in IIS.",
  }),
};
export type AdmissionValues = Values<Section<typeof admissionSettings>>;
