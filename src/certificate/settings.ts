// The settings of certificates: entries by name, each with where its chain and key are, and how it is renewed.
// Definitions only.
import { list } from "../schema/kinds/group.ts";
import { reference, secret } from "../schema/kinds/link.ts";
import { hostName } from "../schema/kinds/network.ts";
import { pemCertificates } from "../schema/kinds/pem.ts";
import { path } from "../schema/kinds/place.ts";
import { choice } from "../schema/kinds/plain.ts";
import { collection, section, setting } from "../schema/section.ts";
import { CHAIN_MAX } from "./pair.ts";

const facts = { since: "0.1", applies: "new-connections" } as const;

export const certificateEntry = section(
  "certificateEntry",
  "A certificate with its key. Its host names stand in the certificate itself. It is best written with `inetsrv cert add`, which checks that chain and key fit.",
  {
    renews: setting(choice(["by-hand", "by-file", "self-signed"]), {
      ...facts,
      fallback: "by-hand",
      doc: "How it is renewed. by-hand: chain and key stand here, and `inetsrv cert add` replaces them. by-file: another program, such as certbot, writes chainFile and keyFile, and each new version is taken within a second. self-signed: chain and key stand here and are made anew by the server before they run out. Renewal by ACME will be one more word here.",
    }),
    chain: setting(pemCertificates({ max: CHAIN_MAX }), {
      ...facts,
      fallback: null,
      doc: "The certificate and those of its issuers, in PEM. Not used with by-file.",
    }),
    privateKey: setting(secret, {
      ...facts,
      fallback: null,
      doc: "The private key that belongs to chain, in PEM and without a passphrase, held sealed. Not used with by-file.",
    }),
    chainFile: setting(path, {
      ...facts,
      fallback: null,
      doc: "With by-file: the file with the certificate and those of its issuers, in PEM. The server reads it as the user that started it.",
    }),
    keyFile: setting(path, {
      ...facts,
      fallback: null,
      doc: "With by-file: the file with the private key, in PEM and without a passphrase. Without it, the key stands in chainFile.",
    }),
    names: setting(list(hostName({ wildcard: true }), { max: 1000 }), {
      ...facts,
      fallback: [],
      doc: "Host names that it answers for besides those in the certificate. Clients that look at the name refuse it there, so this is for those that do not.",
    }),
  },
);

export const certificateSection = section(
  "certificate",
  "Certificates for all services. A client is shown the one for the host name that it asks for.",
  {
    fallback: setting(reference("certificate/entries"), {
      ...facts,
      fallback: null,
      doc: "The certificate for clients that name no host or an unknown one, where the site names none of its own. Without a value the only certificate there is.",
    }),
  },
  {
    entries: collection(certificateEntry, {
      doc: "Certificates by a name of your choice.",
      max: 10_000,
    }),
  },
);
