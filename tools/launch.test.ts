// The launcher as a person meets it: a project in a temporary folder, with an npm and a Bun that are shell scripts.
import { afterEach, expect, test } from "bun:test";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const BUN = "1.2.3";
const [system, processor] = [process.platform, { arm64: "aarch64" }[process.arch as string] ?? process.arch];
const bunCommand = "node_modules/bun/bin/bun.exe";
const bunBinary = `node_modules/@oven/bun-${system}-${processor}/bin/bun`;
/** Answers its version, and otherwise runs its script with the shell, after the launcher's own four flags. */
const fakeBun = `#!/bin/sh\n[ "$1" = --version ] && exec echo ${BUN}\nshift 4\nexec /bin/sh "$@"\n`;
const lockedPackages = JSON.stringify({
  packages: {
    "": {},
    "node_modules/bun": { version: BUN },
    "node_modules/only-elsewhere": { version: "1.0.0", optional: true },
    "node_modules/for-tests": { version: "1.0.0", dev: true },
  },
});

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A clone whose folder has a space and a letter beyond ASCII, and what `npm` does in it. */
function project(main: string, npm = installs(bunCommand)): string {
  const root = join(mkdtempSync(join(tmpdir(), "inetsrv-launch-")), "läuft überall");
  folders.push(dirname(root));
  cpSync(import.meta.dir, join(root, "tools"), { recursive: true });
  write(root, "package.json", JSON.stringify({ dependencies: { bun: BUN } }));
  write(root, "package-lock.json", lockedPackages);
  write(root, "src/main.ts", main);
  write(root, "bin/npm", `#!/bin/sh\necho "$@" >> npm.calls\n${npm}`);
  return root;
}

function write(root: string, name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
  chmodSync(join(root, name), 0o755);
}

/** What npm leaves behind: the note of what it installed, and a Bun at the given place. */
function installs(place: string): string {
  const script = [
    `mkdir -p node_modules/bun/bin "$(dirname ${place})"`,
    `printf '#!/bin/sh\\nexit 1\\n' > ${bunCommand}`,
    `cat > ${place} <<'END'\n${fakeBun}END`,
    `chmod +x ${bunCommand} ${place}`,
    `cp package-lock.json node_modules/.package-lock.json`,
  ];
  return script.join("\n");
}

function launch(root: string, args: readonly string[], options: { cwd?: string; detached?: boolean } = {}) {
  return Bun.spawn(["node", join(root, "tools", "launch.mjs"), ...args], {
    cwd: root,
    env: environment(root),
    stdout: "pipe",
    stderr: "pipe",
    stdin: "ignore",
    ...options,
  });
}

/** Ours without npm, so that the test runs the same under npm and without it. */
function environment(root: string) {
  const { npm_execpath, npm_lifecycle_event, ...env } = process.env;
  return { ...env, PATH: `${join(root, "bin")}:${env.PATH}` };
}

async function outcome(child: ReturnType<typeof launch>) {
  const [out, said] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  return { out, said, code: child.exitCode, signal: child.signalCode };
}

const npmCalls = (root: string): readonly string[] =>
  existsSync(join(root, "npm.calls")) ? readFileSync(join(root, "npm.calls"), "utf8").trim().split("\n") : [];

test("the first start installs, the second does not; both run in the caller's folder with its arguments", async () => {
  const root = project('echo "$PWD|$1|$2"');
  const elsewhere = join(root, "else where");
  mkdirSync(elsewhere);
  for (const _ of [1, 2])
    expect(await outcome(launch(root, ["status", "a b"], { cwd: elsewhere }))).toMatchObject({
      out: `${elsewhere}|status|a b\n`,
      code: 0,
    });
  expect(npmCalls(root)).toEqual(["ci --no-update-notifier --include=optional"]);
});

test("two first starts at once install once", async () => {
  const root = project("echo started");
  const both = await Promise.all([outcome(launch(root, [])), outcome(launch(root, []))]);
  expect(both.map((it) => it.out)).toEqual(["started\n", "started\n"]);
  expect(npmCalls(root)).toHaveLength(1);
  expect(existsSync(join(root, "node_modules.lock"))).toBe(false);
});

test("a lock left by a start that was killed stops nobody", async () => {
  const root = project("echo started");
  const gone = Bun.spawn(["true"]);
  await gone.exited;
  write(root, "node_modules.lock", String(gone.pid));
  expect((await outcome(launch(root, []))).out).toBe("started\n");
});

test("where install scripts are off and the command is a stub, the binary of the platform package runs", async () => {
  const root = project("echo started", installs(bunBinary));
  expect((await outcome(launch(root, []))).out).toBe("started\n");
});

test("a package of another version is installed anew, one left out for another system is not missed", async () => {
  const root = project("echo started");
  const { packages } = JSON.parse(lockedPackages);
  delete packages["node_modules/only-elsewhere"];
  const installed = (bun: string) =>
    write(
      root,
      "node_modules/.package-lock.json",
      JSON.stringify({ packages: { ...packages, "node_modules/bun": { version: bun } } }),
    );
  write(root, bunCommand, fakeBun);
  installed(BUN);
  expect((await outcome(launch(root, []))).said).toBe("");
  installed("1.2.2");
  expect((await outcome(launch(root, []))).said).toContain("node_modules/bun is 1.2.2, package-lock.json wants 1.2.3");
  expect(npmCalls(root)).toHaveLength(1);
});

test("development packages are needed by the project's scripts, not by the server", async () => {
  const root = project("echo started");
  await outcome(launch(root, []));
  const { packages } = JSON.parse(lockedPackages);
  delete packages["node_modules/for-tests"];
  write(root, "node_modules/.package-lock.json", JSON.stringify({ packages }));
  write(root, "tools/hello.ts", 'echo "hello $1"');
  expect((await outcome(launch(root, []))).said).toBe("");
  expect((await outcome(launch(root, ["--run", "tools/hello.ts", "you"]))).out).toBe("hello you\n");
  expect(npmCalls(root).slice(1)).toEqual(["ci --no-update-notifier --include=optional --include=dev"]);
});

test("a failing npm ends in one sentence with the folder and the remedy", async () => {
  const root = project("echo started", "echo no network >&2; exit 7");
  const { out, said, code } = await outcome(launch(root, []));
  expect({ out, code }).toEqual({ out: "", code: 1 });
  expect(said).toContain("no network");
  expect(said).toContain(
    `Cannot install the packages into ${join(root, "node_modules")}: \`npm ci\` ended with code 7`,
  );
  expect(said).not.toContain("    at ");
  expect(existsSync(join(root, "node_modules.lock"))).toBe(false);
});

test("when no Bun answers after the install, the sentence says what each one answered", async () => {
  const root = project("echo started", installs("node_modules/nothing"));
  const { said, code } = await outcome(launch(root, []));
  expect(code).toBe(1);
  expect(said).toContain("Bun 1.2.3 is needed: bun/bin/bun.exe does not run (code 1)");
});

test("the launcher ends as the program ended: with its code, or by its signal", async () => {
  expect((await outcome(launch(project("exit 5"), []))).code).toBe(5);
  expect((await outcome(launch(project("kill -KILL $$"), []))).signal).toBe("SIGKILL");
});

/** Says how often it heard a signal, also while it answers the first; ends by itself when none comes. */
const listening = `
heard() { echo heard $1; heard=1; }
for signal in TERM HUP INT; do trap "heard $signal" $signal; done
echo ready
turns=0
while [ -z "$heard" ] && [ $turns -lt 500 ]; do sleep 0.02; turns=$((turns + 1)); done
sleep 0.1
exit 3
`;

test.each(["TERM", "HUP", "INT"] as const)("SIG%s sent to the launcher alone arrives once", async (signal) => {
  const child = launch(project(listening), [], { detached: true });
  let out = "";
  for await (const piece of child.stdout) {
    out += new TextDecoder().decode(piece);
    if (out === "ready\n") child.kill(`SIG${signal}`);
  }
  await child.exited;
  expect({ out, code: child.exitCode }).toEqual({ out: `ready\nheard ${signal}\n`, code: 3 });
});

test("Ctrl-C in a terminal arrives once, and the launcher waits for the program's own end", async () => {
  const root = project(listening);
  let out = "";
  const child = Bun.spawn(["node", join(root, "tools", "launch.mjs")], {
    env: environment(root),
    terminal: {
      data(terminal, piece) {
        const before = out;
        out += new TextDecoder().decode(piece);
        if (out.includes("ready") && !before.includes("ready")) terminal.write("\x03");
      },
    },
  });
  await child.exited;
  child.terminal?.close();
  expect(out.match(/heard \w+/g)).toEqual(["heard INT"]);
  expect(child.exitCode).toBe(3);
});
