// The ordinary openssl in a folder of its own, for tests: what we make it must read, and what it makes we must read.
// Only for tests; the folder goes with the object.
import { test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where there is no openssl the test is skipped, and its name says so. */
export function withOpenssl(name: string, run: (openssl: Openssl) => void | Promise<void>): void {
  const isThere = Bun.which("openssl") !== null;
  const body = async () => {
    using openssl = new Openssl();
    await run(openssl);
  };
  if (isThere) test(name, body);
  else test.skip(`${name} (skipped: no openssl on this machine)`, body);
}

export interface Order {
  /** Arguments of `openssl req` that choose the key. */
  readonly key?: readonly string[];
  readonly names?: readonly string[];
  readonly subject?: string;
  /** The name under which the issuer was made; without one it is signed by itself. */
  readonly issuer?: string;
  readonly more?: readonly string[];
}

export const keyKinds = {
  ecdsa: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
  rsa: ["-newkey", "rsa:2048"],
  ed25519: ["-newkey", "ed25519"],
} as const;

export class Openssl implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "inetsrv-openssl-"));

  /** What it printed; throws where it failed. */
  run(...words: readonly string[]): string {
    const { exitCode, stdout, stderr } = Bun.spawnSync(["openssl", ...words], { cwd: this.folder, stdin: "ignore" });
    if (exitCode !== 0) throw new Error(`openssl ${words.join(" ")}: ${stderr}`);
    return stdout.toString();
  }

  /** A key and certificate as the files `name`.key and `name`.pem. */
  make(
    name: string,
    { key = keyKinds.ecdsa, names = [], subject = `/CN=${name}`, issuer, more = [] }: Order = {},
  ): void {
    const alternative = names.length === 0 ? [] : ["-addext", `subjectAltName=${names.join(",")}`];
    const by = issuer === undefined ? [] : ["-CA", `${issuer}.pem`, "-CAkey", `${issuer}.key`];
    const out = ["-nodes", "-keyout", `${name}.key`, "-out", `${name}.pem`, "-days", "90"];
    this.run("req", "-x509", ...key, ...out, "-subj", subject, ...alternative, ...by, ...more);
  }

  /** A root, an authority below it, and a certificate of that: root.pem, middle.pem, leaf.pem. */
  makeChain(key?: readonly string[]): void {
    this.make("root", { more: ["-addext", "basicConstraints=critical,CA:TRUE"] });
    this.make("middle", { issuer: "root", more: ["-addext", "basicConstraints=critical,CA:TRUE"] });
    this.make("leaf", { issuer: "middle", names: ["DNS:leaf.example"], ...(key === undefined ? {} : { key }) });
  }

  /** The files one behind the other. */
  read(...names: readonly string[]): Buffer {
    return Buffer.concat(names.map((it) => readFileSync(join(this.folder, it))));
  }

  write(name: string, text: string | Uint8Array): void {
    writeFileSync(join(this.folder, name), text);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
