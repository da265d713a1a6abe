import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { sentence } from "../base/fault.ts";
import { type Occurrence, reporter } from "../event/event.ts";
import type { Directory } from "./directories/directory.ts";
import { type Lack, ServedFolders } from "./served-folders.ts";

const SITE = "www/sites/a";
const home = { root: "/srv/home", from: "--home" } as const;
const at = (url: string, folder: string, redirect: string | null = null): Directory => ({
  ...{ url, folder, depth: 0, application: "/", node: `${SITE}${url}` },
  settings: { redirect } as Directory["settings"],
});
const root = at("/", "/srv/home/content/a");

/** The folders of a site where these lack something; what was told, by number and folder. */
function served(directories: readonly Directory[], lacks: Map<string, Lack>) {
  const clock = new ManualClock();
  const events: Occurrence[] = [];
  const report = reporter(
    "www",
    () => 0,
    (it) => void events.push(it),
  );
  const look = (folder: string) => lacks.get(folder);
  const folders = new ServedFolders(SITE, directories, { home, clock, report, look });
  return { folders, clock, told: () => events.map((it) => `${it.number} ${it.parameters.folder}`) };
}

test("a folder that is missing, or closed to us, is told with what to set", () => {
  const other = at("/other", "/srv/other");
  const { folders, told } = served(
    [root, other],
    new Map<string, Lack>([
      [root.folder, "missing"],
      [other.folder, "closed"],
    ]),
  );
  expect(told().sort()).toEqual(["7100 /srv/home/content/a", "7101 /srv/other"]);
  expect(folders.faults.map(sentence).sort()).toEqual([
    expect.stringMatching(/^Cannot serve \/ of www\/sites\/a from \/srv\/home\/content\/a: there is no such folder\./),
    expect.stringContaining("may not look into it"),
  ]);
});

test("what leads elsewhere, is the server's own or only has settings below another folder needs none", () => {
  const kept = at("/kept", "/srv/home/keys");
  const moved = at("/moved", "/srv/moved", "https://example.org/");
  const below = at("/below", "/srv/home/content/a/below");
  const all = [root, kept, moved, below];
  const lacks = new Map<string, Lack>(all.slice(1).map((it) => [it.folder, "missing"]));
  const { folders, told } = served(all, lacks);
  expect([told(), folders.faults]).toEqual([[], []]);
});

test("a folder that goes while it is served is told once by those who ask, and once when it is back", () => {
  const lacks = new Map<string, Lack>();
  const { folders, clock, told } = served([root], lacks);
  folders.missed(root.folder);
  lacks.set(root.folder, "missing");
  folders.missed(root.folder);
  expect(told()).toEqual([]); // looked at a moment ago
  for (let n = 0; n < 3; n++) {
    clock.advance(1000);
    folders.missed(root.folder);
    folders.missed("/somewhere/else");
  }
  expect(told()).toEqual(["7100 /srv/home/content/a"]);
  lacks.clear();
  clock.advance(1000);
  folders.missed(root.folder);
  expect(told()).toEqual(["7100 /srv/home/content/a", "7102 /srv/home/content/a"]);
});
