import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { keyKinds, Openssl } from "../../src/certificate/testing/openssl.ts";
import { exitCodes } from "../../src/cli/exit-code.ts";
import type { CertificateAnswer } from "../../src/supervisor/operations/certificate-answers.ts";
import { eventually } from "./eventually.ts";
import { findProgram } from "./machine.ts";
import { Program } from "./program.ts";
import type { Server } from "./server.ts";

const PASSPHRASE = "geheim ü";

/** Services whose default site speaks nothing but TLS. */
const secured = ["smtp", "nntp"];

const securePort = async (server: Server, service: string): Promise<number> =>
  Number((await server.site(service)).secureAddresses[0]?.split(":").at(-1));

/** Resolves when the handshake is done; nothing is verified. */
function handshake(port: number, servername: string | undefined): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const name = servername === undefined ? {} : { servername };
  const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ...name }, () => resolve(socket));
  socket.once("error", reject);
  return promise;
}

const shownTo = (socket: TLSSocket): string => String(socket.getPeerCertificate().fingerprint256);

/** A connection that lives as long as the test looks at it. */
class Client implements Disposable {
  readonly socket: TLSSocket;
  private text = "";
  private wake = () => {};
  private ended = false;

  constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on("data", (chunk) => {
      this.text += chunk;
      this.wake();
    });
    socket.on("close", () => {
      this.ended = true;
      this.wake();
    });
  }

  /** The greeting and the answer to one command. */
  async talk(): Promise<readonly string[]> {
    this.socket.write("NOOP\r\n");
    while (!this.ended && this.text.split("\r\n").length < 3)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    return this.text.split("\r\n").map((it) => it.slice(0, 3));
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

const hasOpenssl = findProgram("openssl") !== undefined;
const title = `certificates${hasOpenssl ? "" : " (skipped: no openssl on this machine)"}`;

describe.skipIf(!hasOpenssl)(title, () => {
  const program = new Program();
  let openssl: Openssl;
  beforeAll(async () => {
    openssl = new Openssl();
    openssl.makeChain(keyKinds.rsa);
    openssl.make("mail", { names: ["DNS:mail.example"] });
    await program.init(...secured);
    const paths = secured.map((service) => `${service}/sites/default`);
    const settings = paths.flatMap((it) => [`${it}/bindings`, "[]", `${it}/secureBindings`, "127.0.0.1:0"]);
    await program.must("config", "set", ...settings);
  });
  afterAll(async () => {
    openssl[Symbol.dispose]();
    await program[Symbol.asyncDispose]();
  });

  const file = (name: string) => join(openssl.folder, name);
  const files = (...names: readonly string[]) => names.map(file);
  const list = () => program.json<readonly CertificateAnswer[]>("cert", "list");
  const fingerprints = async () =>
    Object.fromEntries((await list()).map(({ name, facts }) => [name, facts?.fingerprint ?? null]));
  const fingerprintOf = (name: string) =>
    openssl.run("x509", "-in", name, "-noout", "-fingerprint", "-sha256").trim().split("=")[1] ?? "";

  /** The log is written a moment later. */
  const told = (text: string) => eventually(text, async () => (await program.must("events")).includes(text));

  /** As Windows exports it: the old way, or the new one. */
  function exported(name: string, ...options: readonly string[]): string {
    const chain = ["-in", "leaf.pem", "-inkey", "leaf.key", "-certfile", "middle.pem"];
    openssl.run("pkcs12", "-export", ...chain, "-passout", `pass:${PASSPHRASE}`, ...options, "-out", name);
    return file(name);
  }

  describe("on a home that is down", () => {
    test("PEM files are taken with chain and key, and the key is kept sealed", async () => {
      const out = await program.must("cert", "add", "leaf", ...files("leaf.key", "middle.pem", "leaf.pem", "root.pem"));
      expect(out).toStartWith("Certificate leaf was added: leaf.example.\nIssued by middle, good until ");
      const pem = await program.must("cert", "show", "leaf", "--pem");
      expect(pem).toBe(openssl.read("leaf.pem", "middle.pem").toString());
      const key = openssl.read("leaf.key").toString().split("\n")[3] ?? "";
      for (const words of [
        ["cert", "show", "leaf"],
        ["config", "export", "--with-secrets"],
      ]) {
        const shown = await program.must(...words);
        expect([shown.includes(key), shown.includes("PRIVATE KEY")]).toEqual([false, false]);
      }
    });

    test("PKCS#12 files of old and new Windows are taken over an entry, with the passphrase from standard input", async () => {
      await program.must("cert", "add", "leaf", ...files("mail.pem", "mail.key"));
      const [recent, old] = [exported("new.pfx"), exported("old.pfx", "-legacy")];
      for (const path of [recent, old]) {
        const added = await program.runWith({ input: `${PASSPHRASE}\n` }, "cert", "add", "leaf", path);
        expect(added).toMatchObject({ code: exitCodes.done, err: "" });
        expect(added.out).toStartWith("Certificate leaf was replaced: leaf.example.\nIssued by middle, ");
      }
      expect((await fingerprints()).leaf).toBe(fingerprintOf("leaf.pem"));
      const wrong = await program.runWith({ input: "wrong" }, "cert", "add", "leaf", old);
      const told = `Cannot use ${old}: the passphrase does not open it\n`;
      expect([wrong.code, wrong.err]).toEqual([exitCodes.refused, told]);
    });

    test("what does not fit or has expired is refused with the reason, and nothing is changed", async () => {
      const before = await fingerprints();
      const refusedWith = async (...names: readonly string[]) => {
        const { code, err } = await program.run("cert", "add", "leaf", ...files(...names));
        return [code, err.replaceAll(/\s+/g, " ")];
      };
      expect(await refusedWith("leaf.pem", "mail.key")).toEqual([
        exitCodes.refused,
        "Certificate leaf was not added: the key (ECDSA P-256) is not that of the certificate (leaf) ",
      ]);
      openssl.make("late");
      openssl.run("req", "-new", "-key", "late.key", "-subj", "/CN=late", "-out", "late.csr");
      openssl.run("x509", "-req", "-in", "late.csr", "-signkey", "late.key", "-days", "-1", "-out", "late.pem");
      expect((await refusedWith("late.pem", "late.key"))[1]).toContain("was not added: it has expired on ");
      expect(await fingerprints()).toEqual(before);
    });

    test("a self-signed one is what openssl accepts", async () => {
      await program.must("cert", "self-signed", "trial", "localhost", "127.0.0.1", "--days", "30");
      openssl.write("trial.pem", await program.must("cert", "show", "trial", "--pem"));
      const verify = ["verify", "-x509_strict", "-CAfile", "trial.pem", "-verify_ip", "127.0.0.1", "trial.pem"];
      expect(openssl.run(...verify)).toBe("trial.pem: OK\n");
    });

    test("one that is named cannot be removed, and one that is not can", async () => {
      await program.must("config", "set", "certificate/fallback", "trial");
      const { code, err } = await program.run("cert", "remove", "trial");
      expect([code, err.replaceAll(/\s+/g, " ")]).toEqual([
        exitCodes.refused,
        "Certificate trial stays, as it is named by certificate/fallback: name another one there first ",
      ]);
      expect((await list()).find((it) => it.name === "trial")?.usedBy).toEqual(["certificate/fallback"]);
      await program.must("cert", "add", "spare", ...files("mail.pem", "mail.key"));
      await program.must("cert", "remove", "spare");
      const gone = await program.run("cert", "show", "spare");
      expect([gone.code, gone.err]).toEqual([
        exitCodes.refused,
        "There is no certificate spare. See: inetsrv cert list\n",
      ]);
    });
  });

  describe("on a server that runs", () => {
    const live = () => join(program.home, "live");
    let server: Server;
    /** As certbot does: the new files first, then the links, one after the other. */
    function renew(from: string): void {
      for (const end of ["pem", "key"]) {
        symlinkSync(file(`${from}.${end}`), join(live(), "next"));
        renameSync(join(live(), "next"), join(live(), `mail.${end}`));
      }
    }
    beforeAll(async () => {
      mkdirSync(live());
      renew("mail");
      await program.must("cert", "add", "mail", "--files", join(live(), "mail.pem"), join(live(), "mail.key"));
      await program.must("config", "create", "certificate/entries/lost", "renews=by-file", "chainFile=live/lost.pem");
      server = await program.up();
    });

    test("an entry without its file is a fault of its own, and the others serve", async () => {
      const status = await server.status();
      const chain = join(program.home, "live", "lost.pem");
      expect(status?.faults.map(({ attempted, because }) => [attempted, because])).toEqual([
        ["Certificate lost cannot serve", `${chain}: there is no such file`],
      ]);
      const states = Object.entries(await fingerprints()).map(([name, it]) => [name, it !== null]);
      expect(Object.fromEntries(states)).toEqual({ leaf: true, lost: false, mail: true, trial: true });
      const check = await program.run("cert", "check", "lost");
      expect([check.code, (await program.run("cert", "check", "mail")).code]).toEqual([exitCodes.partBroken, 0]);
      expect(check.out).toContain("live/lost.pem: there is no such file");
      await program.must("cert", "remove", "lost");
      expect((await server.status())?.faults).toEqual([]);
    });

    test("a renewal in the files is taken by itself", async () => {
      openssl.make("renewed", { names: ["DNS:mail.example"] });
      renew("renewed");
      const wanted = fingerprintOf("renewed.pem");
      await eventually("the new version", async () => (await fingerprints()).mail === wanted);
      await told("Certificate mail was renewed: it serves mail.example until");
    });

    test("a broken renewal leaves the old one serving, which list, status and the events tell", async () => {
      const before = (await fingerprints()).mail;
      renew("leaf");
      renameSync(file("renewed.key"), file("renewed.key.kept"));
      rmSync(join(live(), "mail.key"));
      symlinkSync(file("renewed.key"), join(live(), "mail.key"));
      await server.until("the fault", ({ faults }) =>
        faults.some(({ attempted }) => attempted.includes("is not taken")),
      );
      await told("The new version of certificate mail is not taken, and the old one serves until");
      expect(await program.must("cert", "list")).toContain("serves, the new one is not taken");
      expect((await fingerprints()).mail).toBe(before ?? "");
      renameSync(file("renewed.key.kept"), file("renewed.key"));
      renew("renewed");
      await server.until("all is well", ({ faults }) => faults.length === 0);
    });

    test("a certificate that is replaced answers in every service, and connections that are open stay", async () => {
      const ports = await Promise.all(secured.map((service) => securePort(server, service)));
      openssl.make("next", { names: ["DNS:leaf.example"] });
      const [before, next] = [fingerprintOf("leaf.pem"), fingerprintOf("next.pem")];
      const sockets = await Promise.all(ports.map((port) => handshake(port, "leaf.example")));
      const clients = sockets.map((it) => new Client(it));
      expect(sockets.map(shownTo)).toEqual(secured.map(() => before));
      const workers = await server.workers();
      await program.must("cert", "add", "leaf", ...files("next.pem", "next.key"));
      for (const port of ports) {
        using client = new Client(await handshake(port, "LEAF.example"));
        expect(shownTo(client.socket)).toBe(next);
      }
      expect(await Promise.all(clients.map((it) => it.talk()))).toEqual([
        ["220", "250", ""],
        ["201", "500", ""],
      ]);
      for (const it of clients) it[Symbol.dispose]();
      expect(await server.workers()).toEqual(workers);
      await told("Certificate leaf was renewed: it serves leaf.example until");
    });

    test("a client that asks for no name or an unknown one is shown the fallback", async () => {
      for (const name of [undefined, "unknown.example"]) {
        using client = new Client(await handshake(await securePort(server, "nntp"), name));
        expect(shownTo(client.socket)).toBe((await fingerprints()).trial ?? "");
      }
    });

    test("what the log says of certificates is no key, and the server ends in order", async () => {
      expect(await program.must("events")).not.toContain("PRIVATE KEY");
      await program.must("down");
      expect((await server.ended()).code).toBe(0);
    });
  });
});
