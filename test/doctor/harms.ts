// Every way in which a home is harmed for real, and what the doctor has to say first: a row for each. `mends` says that --fix
// restores it; where it does not, a person has to, and the remedy says how.
import { Database } from "bun:sqlite";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { ManualClock } from "../../src/base/clock.ts";
import { about, fault } from "../../src/base/fault.ts";
import { DAY_MS } from "../../src/certificate/judge.ts";
import { chainText, keyText } from "../../src/certificate/pair.ts";
import { makeSelfSigned } from "../../src/certificate/x509/self-signed.ts";
import { dnsServer } from "../../src/smtp/deliver/testing/dns-server.ts";
import { keepBadmail } from "../../src/spool/badmail/badmail-folder.ts";
import { booksFile, foundBooks } from "../../src/spool/found/books-file.ts";
import { spoolFormatTable } from "../../src/spool/found/format-steps.ts";
import type { Called, SickHome } from "./sick-home.ts";

export interface Harm {
  readonly check: string;
  readonly harm: string;
  /** Done to the home; the answer is with what the doctor is `Called`, or false where this machine cannot be so harmed. */
  do(it: SickHome): unknown;
  readonly article: string | null;
  readonly level?: "warning";
  /** What has to stand in the first sentence: the object. */
  says(it: SickHome): string;
  readonly mends?: true;
}

const isRoot = process.getuid?.() === 0;
const STRANGER = 12_345;
const certificate = (fromDays: number, untilDays: number) =>
  makeSelfSigned({
    hosts: ["www.example.org"],
    fromMs: Date.now() + fromDays * DAY_MS,
    untilMs: Date.now() + untilDays * DAY_MS,
  });

export const harms: readonly Harm[] = [
  {
    check: "home",
    harm: "it is not there",
    do: (it) => rmSync(it.root, { recursive: true }),
    article: "hard-coded-path",
    says: (it) => it.root,
  },
  {
    check: "home",
    harm: "a copy that lacks the spool",
    do: (it) => rmSync(it.path("spool"), { recursive: true }),
    article: "hard-coded-path",
    says: (it) => it.path("spool"),
    mends: true,
  },
  {
    check: "home",
    harm: "a file lies where the logs belong",
    do: (it) => {
      rmSync(it.path("logs"), { recursive: true });
      writeFileSync(it.path("logs"), "");
    },
    article: "hard-coded-path",
    says: (it) => it.path("logs"),
    mends: true,
  },
  {
    check: "home",
    harm: "others can look into the metabase",
    do: (it) => chmodSync(it.path("metabase"), 0o755),
    article: "file-permissions",
    level: "warning",
    says: (it) => it.path("metabase"),
    mends: true,
  },
  {
    check: "home",
    harm: "a key belongs to a stranger",
    do: (it) => (isRoot ? chownSync(it.path("keys", "machine.key"), STRANGER, STRANGER) : false),
    article: "file-permissions",
    says: (it) => it.path("keys", "machine.key"),
    mends: true,
  },
  {
    check: "metabase",
    harm: "its database is garbage",
    do: (it) => writeFileSync(it.path("metabase", "metabase.sqlite"), "garbage ".repeat(5000)),
    article: "metabase-damaged",
    says: (it) => it.path("metabase"),
    mends: true,
  },
  {
    check: "metabase",
    harm: "its database was cut short",
    do: (it) => truncateSync(it.path("metabase", "metabase.sqlite"), 20_000),
    article: "metabase-damaged",
    says: (it) => it.path("metabase"),
    mends: true,
  },
  {
    check: "metabase",
    harm: "its good copy is gone",
    do: (it) => rmSync(it.path("metabase", "copy"), { recursive: true }),
    article: "metabase-damaged",
    level: "warning",
    says: (it) => it.path("metabase"),
    mends: true,
  },
  {
    check: "metabase",
    harm: "neither record reads",
    do: (it) => {
      writeFileSync(it.path("metabase", "metabase.sqlite"), "garbage");
      rmSync(it.path("metabase", "copy"), { recursive: true });
    },
    article: "metabase-damaged",
    says: (it) => it.path("metabase"),
  },
  {
    check: "metabase",
    harm: "a newer release wrote it",
    do: (it) => {
      const database = new Database(it.path("metabase", "metabase.sqlite"));
      database.run("PRAGMA user_version = 99");
      database.close();
    },
    article: "metabase-damaged",
    says: (it) => it.path("metabase"),
  },
  {
    check: "pending",
    harm: "a change waits to be confirmed",
    do: (it) => it.set("smtp", { connectionsMax: 77 }, { confirmWithin: "1h" }),
    article: null,
    level: "warning",
    says: () => "is taken back at",
  },
  {
    check: "keys",
    harm: "the machine key is gone",
    do: (it) => {
      rmSync(it.path("keys", "machine.key"));
      return { recoveryKey: it.recoveryKey };
    },
    article: "machine-key",
    says: (it) => it.path("keys", "machine.key"),
    mends: true,
  },
  {
    check: "keys",
    harm: "the machine key is gone, and so is the recovery key",
    do: (it) => rmSync(it.path("keys", "machine.key")),
    article: "machine-key",
    says: (it) => it.path("keys", "machine.key"),
  },
  {
    check: "keys",
    harm: "the machine key is garbage",
    do: (it) => {
      writeFileSync(it.path("keys", "machine.key"), "garbage");
      return { recoveryKey: it.recoveryKey };
    },
    article: "machine-key",
    says: (it) => it.path("keys", "machine.key"),
    mends: true,
  },
  {
    check: "keys",
    harm: "others can read the machine key",
    do: (it) => chmodSync(it.path("keys", "machine.key"), 0o644),
    article: "file-permissions",
    level: "warning",
    says: (it) => it.path("keys", "machine.key"),
    mends: true,
  },
  {
    check: "keys",
    harm: "the keyring is garbage",
    do: (it) => {
      writeFileSync(it.path("keys", "keyring.json"), "garbage");
      return { recoveryKey: it.recoveryKey };
    },
    article: "machine-key",
    says: (it) => it.path("keys", "keyring.json"),
    mends: true,
  },
  {
    check: "settings",
    harm: "a site is to serve the keys",
    do: (it) => it.changeUnruled([{ at: "www/sites/default", set: { path: "keys" } }]),
    article: "configuration-refused",
    says: () => "www/sites/default/path",
  },
  {
    check: "accounts",
    harm: "the user of the services is not there",
    do: (it) => (isRoot ? it.set("server", { serviceUser: "nobody-at-all" }) : false),
    article: "service-account",
    says: () => "nobody-at-all",
  },
  {
    check: "accounts",
    harm: "the only password of somebody has run out",
    do: (it) =>
      it.change([
        { at: "account/users/anna", create: {} },
        { at: "account/users/anna/passwords/laptop", create: { expires: "2020-01-01" } },
      ]),
    article: "login-required",
    level: "warning",
    says: () => "anna",
  },
  {
    check: "spool",
    harm: "its books are garbage",
    do: (it) => {
      writeFileSync(booksFile(it.path("spool")), "garbage ".repeat(5000));
      giveSpool(it);
    },
    article: "spool-damaged",
    says: (it) => it.path("spool"),
  },
  {
    check: "spool",
    harm: "a page of its books was overwritten",
    do: (it) => {
      foundBooks(it.path("spool"), spoolFormatTable);
      const file = openSync(booksFile(it.path("spool")), "r+");
      writeSync(file, Buffer.alloc(8192, 7), 0, 8192, 8192 * 3);
      giveSpool(it);
    },
    article: "spool-damaged",
    says: (it) => it.path("spool"),
  },
  {
    check: "spool",
    harm: "the body of a message is gone",
    do: (it) => {
      foundBooks(it.path("spool"), spoolFormatTable);
      const books = new Database(booksFile(it.path("spool")));
      books.run("INSERT INTO message VALUES (1, 'm1', 1, '', '{}', '{}', '{}', NULL, 9, 1, 1, NULL)");
      books.run("INSERT INTO place VALUES (1, 'm1', 0)");
      books.run("PRAGMA wal_checkpoint(TRUNCATE)");
      books.close();
      giveSpool(it);
    },
    article: "spool-damaged",
    says: () => "message m1",
  },
  {
    check: "ports",
    harm: "another program has the port",
    async do(it) {
      const server = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      it.onEnd(() => server.close());
      const { port } = server.address() as { port: number };
      await it.set("smtp/sites/default", { bindings: [`127.0.0.1:${port}`] });
    },
    article: "port-in-use",
    says: () => `process ${process.pid}`,
  },
  {
    check: "ports",
    harm: "the metrics are to be had at an address of another machine",
    do: (it) => it.set("server", { metricsBinding: "192.0.2.1:9100" }),
    article: "address-missing",
    says: () => "192.0.2.1:9100",
  },
  {
    check: "ports",
    harm: "the address is of another machine",
    do: (it) => it.set("nntp/sites/default", { bindings: ["192.0.2.1:1190"] }),
    article: "address-missing",
    says: () => "192.0.2.1:1190",
  },
  {
    check: "ports",
    harm: "the port is a low one, and the owner of the home is nobody special",
    async do(it) {
      const from = Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8")); // system path
      if (!isRoot || from <= 79) return false;
      await it.set("nntp/sites/default", { bindings: ["127.0.0.1:79"] });
      Bun.spawnSync(["chown", "-R", "65534:65534", it.root]);
    },
    article: "port-forbidden",
    says: () => "127.0.0.1:79",
  },
  {
    check: "certificates",
    harm: "the file of a certificate is gone",
    do: (it) =>
      it.change([{ at: "certificate/entries/main", create: { renews: "by-file", chainFile: it.beside("gone.pem") } }]),
    article: "certificate-not-taken",
    says: () => "main",
  },
  {
    check: "certificates",
    harm: "the key is of another certificate",
    async do(it) {
      writeFileSync(it.beside("chain.pem"), chainText(certificate(-1, 90)));
      writeFileSync(it.beside("key.pem"), keyText(certificate(-1, 90)));
      const files = { chainFile: it.beside("chain.pem"), keyFile: it.beside("key.pem") };
      await it.change([{ at: "certificate/entries/main", create: { renews: "by-file", ...files } }]);
    },
    article: "certificate-not-taken",
    says: () => "main",
  },
  {
    check: "certificates",
    harm: "a certificate has ended",
    do: (it) => certificateFile(it, -90, -1),
    article: "certificate-expired",
    says: () => "main",
  },
  {
    check: "certificates",
    harm: "a certificate ends soon",
    do: (it) => certificateFile(it, -80, 10),
    article: "certificate-expired",
    level: "warning",
    says: () => "main",
  },
  {
    check: "certificates",
    harm: "no certificate is for the name of a site",
    async do(it) {
      await certificateFile(it, -1, 90);
      const secureBindings = ["127.0.0.1:0:shop.example.org"];
      await it.set("www/sites/default", { certificate: "main", secureBindings });
    },
    article: "no-certificate-for-name",
    level: "warning",
    says: () => "shop.example.org",
  },
  {
    check: "logs",
    harm: "a file lies where the folder of a log belongs",
    async do(it) {
      writeFileSync(it.beside("log"), "");
      await it.set("ftp/sites/default", { accessLogFolder: it.beside("log") });
    },
    article: "access-log-unwritten",
    says: (it) => it.beside("log"),
  },
  {
    check: "logs",
    harm: "the log of all sites of a service is off",
    do: (it) => it.set("www", { accessLog: "off" }),
    article: "log-silently-off",
    level: "warning",
    says: () => "www/accessLog is off",
  },
  {
    check: "content",
    harm: "the files of a site are gone",
    do: (it) => rmSync(it.path("content", "default"), { recursive: true }),
    article: "hard-coded-path",
    says: (it) => it.path("content", "default"),
    mends: true,
  },
  {
    check: "content",
    harm: "the files of a directory lie on a disk that is not there",
    do: (it) =>
      it.change([{ at: "www/sites/default/directories/films", create: { path: it.beside("disk", "films") } }]),
    article: "hard-coded-path",
    says: (it) => it.beside("disk", "films"),
  },
  {
    check: "content",
    harm: "the services may not read the files of a site",
    do: (it) => (isRoot ? chmodSync(it.path("content", "default"), 0o700) : false),
    article: "file-permissions",
    says: (it) => it.path("content", "default"),
  },
  {
    check: "mail-folders",
    harm: "a file lies where the pickup folder belongs",
    async do(it) {
      writeFileSync(it.beside("pickup"), "");
      await it.set("smtp/sites/default", { pickupFolder: it.beside("pickup") });
    },
    article: "mail-pickup",
    says: (it) => it.beside("pickup"),
  },
  {
    check: "mail-folders",
    harm: "a file lies where the folder of bad mail belongs",
    do(it) {
      mkdirSync(it.path("spool", "mailroot", "default"), { recursive: true });
      writeFileSync(it.path("spool", "mailroot", "default", "Badmail"), "");
      giveSpool(it);
    },
    article: "mail-badmail",
    says: (it) => it.path("spool", "mailroot", "default", "Badmail"),
    mends: true,
  },
  {
    check: "mail-folders",
    harm: "the services may not write into the drop folder of a domain",
    async do(it) {
      if (!isRoot) return false;
      mkdirSync(it.path("content", "club"));
      await it.change([{ at: "smtp/sites/default/domains/club.example", create: { dropFolder: "content/club" } }]);
      return undefined;
    },
    article: "file-permissions",
    says: (it) => it.path("content", "club"),
    mends: true,
  },
  {
    check: "bad-mail",
    harm: "a program puts files into the pickup folder that cannot be sent",
    async do(it) {
      const kept = { id: "dc4qhmp99yn4rhpk", kind: "malformed-pickup", atMs: Date.now() } as const;
      const about = { ...kept, reason: "It names no sender. The file was called a.eml.", sender: "", recipients: [] };
      writeFileSync(it.beside("a.eml"), "");
      const folder = it.path("spool", "mailroot", "default", "Badmail");
      await keepBadmail(folder, about, { is: "file", path: it.beside("a.eml") });
    },
    article: "mail-pickup",
    level: "warning",
    says: () => "a.eml",
  },
  {
    check: "mail-hosts",
    harm: "DNS does not know the smart host",
    do: (it) => withDns(it, { "relay.example.org A": "unknown", "relay.example.org AAAA": "unknown" }),
    article: "mail-dns",
    says: () => "relay.example.org",
  },
  {
    check: "mail-hosts",
    harm: "no name server answers",
    do: (it) => withDns(it, { "relay.example.org A": "silence", "relay.example.org AAAA": "silence" }),
    article: "mail-dns",
    says: () => "relay.example.org",
  },
  {
    check: "mail-hosts",
    harm: "no name server answers a site that looks up where mail goes",
    do: (it) => withDns(it, { "mail.example.org MX": "trouble" }, null),
    article: "mail-dns",
    says: () => "smtp/sites/default/nameServers",
  },
  {
    check: "mail-hosts",
    harm: "nobody listens where the smart host is",
    async do(it) {
      await it.set("smtp/sites/default", { smartHost: "[127.0.0.1]:9" });
      return { offline: false };
    },
    article: "mail-smart-host",
    level: "warning",
    says: () => "[127.0.0.1]:9",
  },
  {
    check: "clock",
    harm: "it went back by a day",
    do: () => ({ clock: new ManualClock(Date.now() - DAY_MS) }),
    article: "clock-wrong",
    says: () => "clock of this machine",
  },
  {
    check: "unit",
    harm: "the program of the unit is gone, and it hears nothing",
    do: (it) => unit(it, "Type=notify", "NotifyAccess=none", `ExecStart=/gone/inetsrv --home "${it.root}" up`),
    article: "gone-after-upgrade",
    says: () => "/gone/inetsrv",
  },
  {
    check: "unit",
    harm: "the user of the unit is not there",
    do: (it) => unit(it, "User=nobody-at-all", `ExecStart="${process.execPath}" --home "${it.root}" up`),
    article: "gone-after-upgrade",
    says: () => "nobody-at-all",
  },
  {
    check: "unit",
    harm: "the unit allows few open files",
    do: (it) => unit(it, "LimitNOFILE=1024", `ExecStart="${process.execPath}" --home "${it.root}" up`),
    article: "out-of-descriptors",
    level: "warning",
    says: () => "LimitNOFILE",
  },
  {
    check: "leftovers",
    harm: "a server was killed",
    do: (it) => writeFileSync(it.path("run", "server.json"), '{"role":"server","pid":4194303,"sinceMs":1}'),
    article: "crash-loop",
    level: "warning",
    says: () => "4194303",
  },
  {
    check: "leftovers",
    harm: "the socket of a server that is gone",
    async do(it) {
      const child = Bun.spawn(
        [
          process.execPath,
          "-e",
          "require('net').createServer().listen(process.argv[1], () => console.log('up'))",
          it.path("run", "control.sock"),
        ],
        { stdout: "pipe" },
      );
      await child.stdout.getReader().read();
      child.kill("SIGKILL");
      await child.exited;
    },
    article: "derived-files",
    level: "warning",
    says: (it) => it.path("run", "control.sock"),
    mends: true,
  },
  {
    check: "leftovers",
    harm: "a checkpoint that was never finished",
    do(it) {
      const path = it.path("metabase", "copy", "checkpoint-9.jsonl.unfinished");
      writeFileSync(path, "half");
      utimesSync(path, 1, 1);
    },
    article: "derived-files",
    level: "warning",
    says: (it) => it.path("metabase", "copy", "checkpoint-9.jsonl.unfinished"),
    mends: true,
  },
  {
    check: "release",
    harm: "a file of the program is of another release",
    do: () => ({
      release: [fault(about("file", "src/main.ts"), "Cannot trust src/main.ts", "it is of 0.0.9", "Repair it")],
    }),
    article: "component-mismatch",
    says: () => "src/main.ts",
  },
];

async function certificateFile(it: SickHome, fromDays: number, untilDays: number): Promise<void> {
  const pair = certificate(fromDays, untilDays);
  writeFileSync(it.beside("pair.pem"), chainText(pair) + keyText(pair));
  await it.change([
    { at: "certificate/entries/main", create: { renews: "by-file", chainFile: it.beside("pair.pem") } },
  ]);
}

async function withDns(
  it: SickHome,
  table: Parameters<typeof dnsServer>[0],
  smartHost: string | null = "relay.example.org",
): Promise<Called> {
  const server = await dnsServer(table);
  it.onEnd(() => void server[Symbol.asyncDispose]());
  const fullyQualifiedName = "mail.example.org";
  await it.set("smtp/sites/default", { smartHost, fullyQualifiedName, nameServers: [`127.0.0.1:${server.port}`] });
  return { offline: false };
}

function unit(it: SickHome, ...lines: readonly string[]): void {
  mkdirSync(it.unitFolder);
  writeFileSync(join(it.unitFolder, "inetsrv.service"), `[Service]\n${lines.join("\n")}\n`);
}

/** As a start of root would: books are the services' own. */
function giveSpool(it: SickHome): void {
  if (isRoot) Bun.spawnSync(["chown", "-R", "nobody", it.path("spool")]);
}
