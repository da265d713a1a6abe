import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../testing/run.ts";
import { shells } from "./scripts.ts";

test.each([...shells])("the script for %s holds no verb: it asks", async (shell) => {
  const { code, out } = await run(`completion ${shell}`);
  expect(code).toBe(0);
  expect(out).toContain("complete -- ");
  expect(out).not.toContain("status");
});

/** Completes in a real shell: the command is a stub that tells the words it got, and answers. */
async function inBash(words: readonly string[], answer: string): Promise<{ got: string; reply: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "completion-"));
  try {
    const { out: script } = await run("completion bash");
    const quoted = words.map((it) => `'${it}'`).join(" ");
    writeFileSync(join(folder, "answer"), answer);
    const test = `
      inetsrv() { shift 2; printf '<%s>' "$@" > '${folder}/got'; cat '${folder}/answer'; }
      ${script}
      compopt() { :; }
      COMP_WORDS=(inetsrv ${quoted}); COMP_CWORD=${words.length}
      _inetsrv; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const child = Bun.spawn(["bash", "-c", test], { stdout: "pipe", stderr: "inherit" });
    const reply = (await new Response(child.stdout).text()).trim().split("\n");
    return { got: await Bun.file(join(folder, "got")).text(), reply };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.skipIf(Bun.which("bash") === null)(
  "bash gets the words back as they were typed, also around = and :",
  async () => {
    const plain = await inBash(["config", "get", "smtp/i"], "smtp/idleTimeout\tHow long.\nsmtp/inner/\n");
    expect(plain).toEqual({ got: "<config><get><smtp/i>", reply: ["smtp/idleTimeout", "smtp/inner/"] });
    const assigned = await inBash(["config", "create", "x", "relay", "=", "l"], "relay=listed\n");
    expect(assigned).toEqual({ got: "<config><create><x><relay=l>", reply: ["listed"] });
    const empty = await inBash(["config", "create", "x", "relay", "="], "relay=listed\n");
    expect(empty).toEqual({ got: "<config><create><x><relay=>", reply: ["listed"] });
    const binding = await inBash(["config", "set", "b", "*", ":", "80", "c", ""], "next\n");
    const spaced = await inBash(["config", "get", "www/sites/main\\ s"], "www/sites/main site/\n");
    expect(spaced).toEqual({ got: "<config><get><www/sites/main s>", reply: ["www/sites/main\\ site/"] });
    expect(binding).toEqual({ got: "<config><set><b><*:80><c><>", reply: ["next"] });
  },
);
