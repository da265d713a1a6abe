// Changes as people make them, from a source of randomness: mostly valid, sometimes large, never the same twice.
import type { Randomness } from "../../base/clock.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { Edit } from "../change/edit.ts";
import { encodeName } from "../tree/path.ts";
import type { View } from "../tree/view.ts";
import { sealed } from "./rig.ts";

export const pick = <T>(random: Randomness, from: readonly T[]): T => {
  const found = from[Math.floor(random() * from.length)];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
};

const names = ["default", "a/b", "50%", "ü 😀", "__proto__", "10", "9", "007", "on", "1e3", "<<", "-", "a:b", "#x"];
const hosts = ["example.org", "a.example", "b.example", "xn--bcher-kva.example"];
const texts = [
  "",
  "Mail",
  "yes",
  "null",
  "0123",
  "1e3",
  "2001-01-01",
  "a: b # c",
  "ü\u2028😀",
  "~",
  " x ",
  "<<",
  "'\"\\",
];

/** One to five edits that this view takes, as far as can be told without applying the ones before. */
export function randomEdits(random: Randomness, view: View): readonly Edit[] {
  const edits: Edit[] = [];
  const touched = new Set<string>();
  for (let count = 1 + Math.floor(random() * 5); count > 0; count--) {
    const edit = randomEdit(random, view);
    if ([...touched].some((it) => it.startsWith(edit.at) || edit.at.startsWith(it))) continue;
    touched.add(edit.at);
    edits.push(edit);
  }
  return edits;
}

function randomEdit(random: Randomness, view: View): Edit {
  if (random() < 0.1) return { at: "smtp", set: { relay: pick(random, ["none", "listed", null]), ...shared(random) } };
  const service = pick(random, ["smtp", "www"]);
  const site = `${service}/sites/${encodeName(pick(random, names))}`;
  if (view.own(site) === undefined) return { at: site, create: siteSettings(random, service, site) };
  if (random() < 0.15) return { at: site, remove: true };
  if (random() < 0.4) return { at: site, set: siteSettings(random, service, site) };
  const below =
    service === "smtp"
      ? `${site}/domains/${pick(random, hosts)}`
      : `${site}/folders/${encodeName(pick(random, names))}`;
  if (view.own(below) !== undefined && random() < 0.3) return { at: below, remove: true };
  const settings: JsonObject =
    service === "smtp"
      ? { smartHost: pick(random, texts), password: random() < 0.3 ? sealed(String(random())) : null }
      : { notes: [pick(random, texts), pick(random, texts)], log: random() < 0.5 };
  return view.own(below) === undefined ? { at: below, create: settings } : { at: below, set: settings };
}

const shared = (random: Randomness): JsonObject => ({
  idleTimeout: pick(random, ["1m", "90s", null]),
  connectionsMax: pick(random, [1, 17, 999_999, null]),
});

function siteSettings(random: Randomness, service: string, site: string): JsonObject {
  // A port of its own per site, so that two random sites are never in each other's way.
  const port = 1024 + (Bun.hash.crc32(site) % 60_000);
  const settings: Record<string, Json> = { ...shared(random), bindings: random() < 0.5 ? [`*:${port}`] : null };
  if (service === "smtp") {
    settings.title = pick(random, texts);
    settings.users = Object.fromEntries(
      ["10", "9", "x"].map((it) => [it, { login: pick(random, texts), admin: true }]),
    );
  }
  return settings;
}
