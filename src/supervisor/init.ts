// Makes a home: folders, metabase with a first site for each service, and keys, in the order in which a run that died
// half way can be taken up by the next. What is there already is never touched.
import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault } from "../base/fault.ts";
import { type Home, roomPath } from "../base/home.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { Report } from "../event/event.ts";
import { EventLog } from "../event/event-log.ts";
import { refusalSentences } from "../metabase/change/refusal.ts";
import { createMetabase } from "../metabase/create-metabase.ts";
import type { Metabase } from "../metabase/metabase.ts";
import { openMetabase } from "../metabase/open-metabase.ts";
import type { Model } from "../schema/section.ts";
import { createKeys } from "../seal/create-keys.ts";
import { readKeys } from "../seal/keys.ts";
import { nodeKeyFolder } from "../seal/node-key-folder.ts";
import type { Service } from "../service/service.ts";
import { type Checks, metabaseOptions } from "./configuration.ts";
import { hasMetabase, makeFiles, makeHome } from "./home-folders.ts";
import { holdHome } from "./home-holder.ts";

export interface InitParts {
  readonly home: Home;
  readonly version: string;
  readonly model: Model;
  readonly checks: Checks;
  readonly services: readonly Service[];
  readonly clock: Clock;
}

export interface MadeHome {
  readonly home: string;
  /** Shown once to the owner and kept nowhere. */
  readonly recoveryKey: string;
}

export async function initHome(parts: InitParts): Promise<Result<MadeHome, Fault>> {
  const { home, clock } = parts;
  const folders = makeHome(home);
  if (!folders.ok) return folders;
  const held = holdHome(home, "command", clock.wallMs());
  if (!held.ok) return bad(held.error.fault);
  const log = new EventLog(roomPath(home, "logs"), clock);
  const room = { folder: nodeKeyFolder(home), clock, report: log.reportFor("server") };
  try {
    const files = makeFiles(home, Object.assign({}, ...parts.services.map((it) => it.firstFiles)));
    if (!files.ok) return files;
    const metabase = await firstConfiguration(parts, room.report);
    if (!metabase.ok) return metabase;
    const { keyring } = await readKeys(room.folder);
    const made =
      keyring.at === "present" ? bad(exists(home)) : await createKeys(room, [...metabase.value.sealedValues()]);
    await metabase.value.close();
    return made.ok ? good({ home: home.root, recoveryKey: made.value.recovery.reveal() }) : made;
  } finally {
    log.close();
    held.value.release();
  }
}

/** The metabase that is there, or a new one; with a first site for each service unless something was written already. */
async function firstConfiguration(parts: InitParts, report: Report): Promise<Result<Metabase, Fault>> {
  const { home, services } = parts;
  const options = metabaseOptions({ ...parts, report }, noSecrets);
  const opened = hasMetabase(home) ? await openMetabase(options) : await createMetabase(options, WHO);
  if (!opened.ok || opened.value.head.n > 1) return opened;
  const document = Object.fromEntries(services.map((it) => [it.name, { sites: { default: it.firstSite } }]));
  const applied = await opened.value.apply(document, "merge", { who: WHO, why: "a first site for each service" });
  if (applied.ok) return opened;
  await opened.value.close();
  const because = refusalSentences(applied.error).join("; ");
  return bad(
    fault(about("home", home.root), "Cannot write the first configuration", because, "Try again: inetsrv init"),
  );
}

const WHO = "inetsrv init";

/** A first site has none. */
const noSecrets = (_clear: string, path: string) =>
  Promise.resolve(bad(fault(about("secret", path), `Cannot seal ${path}`, "there are no keys yet", "inetsrv init")));

const exists = (home: Home): Fault =>
  fault(
    about("home", home.root),
    `Cannot make a home at ${home.root}`,
    "there is one already",
    "Start it: inetsrv up. If its recovery key was lost or never seen: inetsrv keys rotate --recovery",
  );
