import { expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { request, TestSite } from "../testing/site.ts";
import { systemDisk } from "./disk.ts";
import { guardedDisk } from "./guarded-disk.ts";
import { type LinkRule, linkRules } from "./open-inside.ts";

const files = {
  "home/keys/machine.key": "secret",
  "home/metabase/metabase.sqlite": "secret",
  "home/spool/mail.sqlite": "secret",
  "home/logs/events.jsonl": "secret",
  "home/content/a/index.html": "page",
  "home/content/keys/open.txt": "open",
  "home/shop/index.html": "shop",
};

/** A site over the folder in which a home lies, or one below it. */
async function ask(site: TestSite, path: string, folder = site.files.path) {
  const answer = await site.content.answer(request("GET", path), { ...site.place(path), folder });
  return answer.status === 200 ? String(answer.body) : `${answer.status}.${answer.substatus}`;
}

test("what the home keeps for itself is served by no rule and through no folder, and all else in it is", async () => {
  for (const links of linkRules) {
    using site = new TestSite({ files, values: { links, directoryBrowsing: true } });
    const home = site.files.at("home");
    for (const path of ["/home/keys/machine.key", "/home/metabase/metabase.sqlite", "/home/logs/events.jsonl"])
      expect([links, path, await ask(site, path)]).toEqual([links, path, "403.2"]);
    expect(await ask(site, "/home/")).toBe("403.2");
    expect(await ask(site, "/home/spool/")).toBe("403.2");
    expect(await ask(site, "/machine.key", join(home, "keys"))).toBe("403.2");
    expect(await ask(site, "/keys/machine.key", home)).toBe("403.2");
    expect(await ask(site, "/home/content/a/")).toBe("page");
    expect(await ask(site, "/home/content/keys/open.txt")).toBe("open");
    expect(await ask(site, "/home/shop/")).toBe("shop");
  }
});

test("a link into it leads nowhere, of a file, of a folder, and of the folder of a site", async () => {
  const links: LinkRule = "anywhere";
  using site = new TestSite({ files, values: { links, directoryBrowsing: true } });
  const site_ = site.files.at("home/content/a");
  symlinkSync("../../keys/machine.key", join(site_, "key.txt"));
  symlinkSync("../../keys", join(site_, "folder"));
  symlinkSync("home/keys", site.files.at("current"));
  symlinkSync("home/shop/index.html", site.files.at("page.html"));
  expect(await ask(site, "/key.txt", site_)).toBe("403.2");
  expect(await ask(site, "/folder/machine.key", site_)).toBe("403.2");
  expect(await ask(site, "/folder/", site_)).toBe("403.2");
  expect(await ask(site, "/machine.key", site.files.at("current"))).toBe("403.2");
  expect(await ask(site, "/page.html")).toBe("shop");
});

test("a listing tells nothing of it", async () => {
  using site = new TestSite({ files, values: { links: "anywhere", directoryBrowsing: true } });
  symlinkSync("home/keys/machine.key", site.files.at("key.txt"));
  const listing = await ask(site, "/");
  expect([listing.includes("key.txt"), listing.includes("./home/")]).toEqual([false, false]);
});

test("an error shows no page out of it, whatever language a client reads", async () => {
  const errorPages = [
    { status: 404, substatus: undefined, mode: "file", path: "home/{language}/machine.key" },
  ] as const;
  using site = new TestSite({ files, values: { errorPages: [...errorPages], errorMode: "custom" } });
  const { body } = await site.get("/none", { "Accept-Language": "keys" });
  expect(body.toString()).not.toContain("secret");
});

test("rooms that are links themselves, and a home under another name, are known by where they lead", async () => {
  using site = new TestSite({ files: { "elsewhere/mail.sqlite": "secret", "home/content/x": "x" } });
  symlinkSync("../elsewhere", site.files.at("home/spool"));
  symlinkSync("home", site.files.at("other"));
  const disk = guardedDisk(systemDisk, { root: site.files.at("other"), from: "--home" });
  await expect(disk.open(site.files.at("elsewhere/mail.sqlite"))).rejects.toThrow("mail and news");
  await expect(disk.stats(site.files.at("home"))).rejects.toThrow("never served");
  await expect(disk.names(site.files.at("home/spool"))).rejects.toThrow("never served");
  disk.close((await disk.open(site.files.at("home/content/x"))).file);
});

test("where the case of a name is nothing to the file system, it leads nowhere in any case", async () => {
  using site = new TestSite({ files: { "home/keys/machine.key": "secret" } });
  const { file } = await systemDisk.open(site.files.at("home/keys/machine.key"));
  const any = { ...systemDisk, open: async (place: string) => ({ file, place }) };
  const disk = guardedDisk(any, { root: site.files.at("home"), from: "--home" });
  await expect(disk.open(site.files.at("home/KEYS/machine.key"))).rejects.toThrow("never served");
});
