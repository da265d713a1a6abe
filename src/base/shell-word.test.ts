import { expect, test } from "bun:test";
import { shellWord } from "./shell-word.ts";

test("a shell reads every word back as it was", () => {
  const words = ["smtp/sites/default", "ein 'name' ü", '$(x) "y" `z`', "*:80", "a\nb"];
  const { stdout } = Bun.spawnSync(["sh", "-c", `printf '%s\\0' ${words.map(shellWord).join(" ")}`]);
  expect(stdout.toString().split("\0").slice(0, -1)).toEqual(words);
  expect(shellWord("smtp/sites/default")).toBe("smtp/sites/default");
});
