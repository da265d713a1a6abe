// The settings of accounts: users with their passwords, groups, and how logins are checked and slowed down. Definitions
// only.
import { list } from "../schema/kinds/group.ts";
import { reference } from "../schema/kinds/link.ts";
import { byteSize, duration } from "../schema/kinds/measure.ts";
import { moment } from "../schema/kinds/moment.ts";
import { addressRange } from "../schema/kinds/network.ts";
import { flag, text, whole } from "../schema/kinds/plain.ts";
import { collection, section, setting, type Values } from "../schema/section.ts";
import { grantKind } from "./grant.ts";
import { argon2idHash, foreignHash, scramHash } from "./hash/hash-kinds.ts";
import { accountName, passwordLabel } from "./name.ts";

const facts = { since: "0.1", applies: "live" } as const;

export const PASSWORDS_MAX = 16;

const grants = setting(list(grantKind, { max: 256 }), {
  ...facts,
  fallback: [],
  doc: 'What is allowed, each as a right and a place: "relay smtp/default", "read ftp", "administer *". Places are sites, services, or * for everything.',
});

export const passwordSection = section("password", "One password of a user, such as that of one device.", {
  argon2id: setting(argon2idHash, {
    ...facts,
    fallback: null,
    doc: "The hash by which it is checked. It is set with `inetsrv user passwd`, never shown, and part of a full export: a home that is brought back must let its people in, also without its machine key.",
  }),
  scram: setting(scramHash, {
    ...facts,
    fallback: null,
    doc: "What SCRAM-SHA-256 checks it by, made when it is set. Kept and exported as the hash is.",
  }),
  foreign: setting(foreignHash, {
    ...facts,
    fallback: null,
    doc: "A hash that was imported from another program. The first login that fits it replaces it by argon2id and SCRAM.",
  }),
  created: setting(moment, { ...facts, fallback: null, doc: "When it was set." }),
  expires: setting(moment, { ...facts, fallback: null, doc: "From when on it is not taken any more." }),
});

export const userSection = section(
  "user",
  "Somebody, or something, that can log in.",
  {
    enabled: setting(flag, { ...facts, fallback: true, doc: "Whether it may log in at all." }),
    fullName: setting(text({ max: 200 }), { ...facts, fallback: "", doc: "A name for people." }),
    groups: setting(list(reference("account/groups"), { max: 64 }), {
      ...facts,
      fallback: [],
      doc: "The groups whose rights it has besides its own.",
    }),
    grants,
    certificateNames: setting(list(text({ min: 1, max: 255 }), { max: 16 }), {
      ...facts,
      fallback: [],
      doc: "Names in client certificates that stand for it: a mail address, a host name, a common name, or the SHA-256 of the certificate as 64 hexadecimal digits. A name that two users have stands for neither.",
    }),
  },
  {
    passwords: collection(passwordSection, {
      doc: "Its passwords by label, one for each device, so that one can be taken away alone.",
      named: passwordLabel,
      max: PASSWORDS_MAX,
    }),
  },
);

export const groupSection = section("group", "Users that are allowed the same.", {
  title: setting(text({ max: 200 }), { ...facts, fallback: "", doc: "What the group is for." }),
  grants,
});

export const accountSection = section(
  "account",
  "Users and groups, how their passwords are kept, and what failed logins lead to.",
  {
    passwordLengthMin: setting(whole({ min: 1, max: 128 }), {
      ...facts,
      fallback: 10,
      doc: "Characters that a new password has at least.",
    }),
    argon2Memory: setting(byteSize({ min: "8MiB", max: "256MiB" }), {
      ...facts,
      fallback: "19MiB",
      doc: "Memory that hashing one password takes. More makes guessing dearer for whoever has stolen the hashes. A password that was hashed with less is hashed anew when it is next used.",
    }),
    argon2Passes: setting(whole({ min: 1, max: 16 }), {
      ...facts,
      fallback: 2,
      doc: "How often that memory is gone over.",
    }),
    scram: setting(flag, {
      ...facts,
      fallback: true,
      doc: "Whether new passwords are kept for SCRAM-SHA-256 too. It keeps them from the wire, and is easier to guess at for whoever has stolen what is kept. It is offered as soon as every user with a password can use it.",
    }),
    scramIterations: setting(whole({ min: 4096, max: 1_000_000 }), {
      ...facts,
      // Whoever steals the accounts would break the weaker of the two hashes: as often as clients bear it. Some of them
      // refuse more than 65,536.
      fallback: 60_000,
      doc: "How often SCRAM hashes a password. The client has to do it at every login, so that small devices set the limit.",
    }),
    checksAtOnce: setting(whole({ min: 1, max: 64 }), {
      ...facts,
      fallback: 2,
      doc: "Passwords that are checked at the same time; each takes a processor and argon2Memory.",
    }),
    checksWaitingMax: setting(whole({ min: 1, max: 100_000 }), {
      ...facts,
      fallback: 256,
      doc: "Logins that wait for their turn. More are told to try later. One address may have a quarter of them.",
    }),
    failuresFree: setting(whole({ min: 0, max: 1000 }), {
      ...facts,
      fallback: 3,
      doc: "Failed logins of an account or an address that are answered without delay.",
    }),
    delayFirst: setting(duration({ max: "1m" }), {
      ...facts,
      fallback: "1s",
      doc: "How long the answer to the next failure is held back; it doubles with each further one.",
    }),
    delayMax: setting(duration({ max: "5m" }), { ...facts, fallback: "30s", doc: "The longest such delay." }),
    blockAddressAfter: setting(whole({ min: 1, max: 100_000 }), {
      ...facts,
      fallback: 10,
      iis: "denyByFailure/maxFailure",
      doc: "Failed logins after which an address, or an IPv6 network of 64 bits, may not log in for a while, at any service.",
    }),
    blockAccountAfter: setting(whole({ min: 1, max: 100_000 }), {
      ...facts,
      fallback: 30,
      doc: "Failed logins after which an account takes none for a while, but from addresses that logged in with it lately.",
    }),
    blockFor: setting(duration({ min: "1s", max: "30d" }), {
      ...facts,
      fallback: "15m",
      doc: "How long such a block lasts.",
    }),
    forgetAfter: setting(duration({ min: "1s", max: "30d" }), {
      ...facts,
      fallback: "10m",
      iis: "denyByFailure/entryExpiration",
      doc: "After how long one failure is forgotten, then the next one after as long again.",
    }),
    remembered: setting(whole({ min: 1000, max: 1_000_000 }), {
      ...facts,
      fallback: 50_000,
      doc: "Addresses, and names of accounts, whose failures are remembered at a time, each in some 300 bytes. When more come, those are forgotten that failed longest ago.",
    }),
    allowList: setting(list(addressRange, { max: 1000 }), {
      ...facts,
      fallback: [],
      doc: "Addresses and networks that are neither delayed nor blocked, and whose failures count against no account.",
    }),
  },
  {
    users: collection(userSection, { doc: "Who can log in, by name.", named: accountName }),
    groups: collection(groupSection, { doc: "Groups of users, by name.", named: accountName, max: 10_000 }),
  },
);
export type AccountValues = Values<typeof accountSection>;
