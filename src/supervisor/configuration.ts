// The configuration of a home as the server uses it: the metabase with the keys beside it, read as plans for services
// and sites. What a change is and how it is kept is the metabase's matter.
import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault } from "../base/fault.ts";
import { type Home, roomPath } from "../base/home.ts";
import type { JsonObject } from "../base/json.ts";
import { bad, expectGood, good, type Result } from "../base/result.ts";
import type { Report } from "../event/event.ts";
import type { FileLimits } from "../event/log-file.ts";
import type { SiteOrder } from "../ipc/messages.ts";
import type { Check } from "../metabase/change/check.ts";
import { refusalSentences } from "../metabase/change/refusal.ts";
import type { Recorded } from "../metabase/change/transaction.ts";
import type { Metabase } from "../metabase/metabase.ts";
import { type MetabaseOptions, openMetabase } from "../metabase/open-metabase.ts";
import { type SiteSnapshot, writtenSettings } from "../metabase/read/snapshot.ts";
import { type Affected, affectedBy } from "../metabase/tree/affected.ts";
import { locateNode, nameOf, sitePath } from "../metabase/tree/path.ts";
import { originAt } from "../metabase/tree/view.ts";
import { isSealedValue } from "../schema/kinds/link.ts";
import { parseBinding } from "../schema/kinds/network.ts";
import type { Model, Section } from "../schema/section.ts";
import type { KeyRoom } from "../seal/key-room.ts";
import { nodeKeyFolder } from "../seal/node-key-folder.ts";
import type { SecretStore } from "../seal/sealed.ts";
import type { Service } from "../service/service.ts";
import type { ServerStatus } from "./answers.ts";
import { secretsBelow } from "./secret-places.ts";
import { Secrets } from "./secrets.ts";
import { serverSection } from "./server-settings.ts";
import type { ServicePlan } from "./service-control.ts";
import type { SiteBinding } from "./site-bindings.ts";
import type { SitePlan } from "./site-control.ts";
import type { Concerned, Plans } from "./supervisor.ts";

export type Checks = (home: Home) => readonly Check[];

export interface ConfigurationParts {
  readonly home: Home;
  readonly version: string;
  readonly model: Model;
  /** Rules between settings, for this home. */
  readonly checks: Checks;
  readonly clock: Clock;
  readonly report: Report;
}

export class Configuration implements Plans {
  readonly metabase: Metabase;
  readonly keyRoom: KeyRoom;
  private readonly secrets: Secrets;
  private listener: (concerned: readonly Concerned[]) => void = () => {};
  /** One after the other: what is told of a revision waits for its secrets to be opened. */
  private told: Promise<void> = Promise.resolve();
  private keysInUse: Promise<unknown> = Promise.resolve();

  private constructor(metabase: Metabase, keyRoom: KeyRoom, secrets: Secrets) {
    this.metabase = metabase;
    this.keyRoom = keyRoom;
    this.secrets = secrets;
    metabase.subscribe((recorded) => this.recorded(recorded));
  }

  static async open(parts: ConfigurationParts): Promise<Result<Configuration, Fault>> {
    const { home, clock, report } = parts;
    const folder = nodeKeyFolder(home);
    const secrets = await Secrets.open(folder, report);
    const opened = await openMetabase(metabaseOptions(parts, (clear, path) => secrets.seal(clear, path)));
    return opened.ok ? good(new Configuration(opened.value, { folder, clock, report }, secrets)) : opened;
  }

  get revision(): number {
    return this.metabase.head.n;
  }

  get pending(): ServerStatus["pending"] {
    const { pending } = this.metabase;
    if (pending === undefined) return null;
    return { revision: pending.revision.n, untilMs: pending.untilMs, who: pending.revision.who };
  }

  get faults(): readonly Fault[] {
    const { readOnly } = this.metabase;
    return [...(readOnly === undefined ? [] : [readOnly]), ...this.secrets.faults];
  }

  get serviceUser(): string | null {
    return this.metabase.values("server", serverSection).serviceUser;
  }

  get logLimits(): FileLimits {
    const { eventLogBytesMax, eventLogFilesKept } = this.metabase.values("server", serverSection);
    return { fileBytesMax: eventLogBytesMax, filesKept: eventLogFilesKept };
  }

  servicePlan(service: string): ServicePlan {
    return this.metabase.values(service, this.section(service)) as unknown as ServicePlan;
  }

  commonValues({ name, commonSection }: Service): JsonObject {
    const { view, model } = this.metabase;
    if (commonSection === undefined) return {};
    return writtenSettings(view, expectGood(locateNode(model, name)), commonSection);
  }

  siteNames(service: string): readonly string[] {
    const entries = this.metabase.entries(`${service}/sites`);
    return entries.ok ? entries.value : [];
  }

  hasSite(service: string, site: string): boolean {
    return this.metabase.view.own(sitePath(service, site)) !== undefined;
  }

  sitePlan(service: string, site: string): SitePlan {
    const path = sitePath(service, site);
    const snapshot = this.metabase.siteSnapshot(path);
    if (snapshot === undefined) throw new Error(`no site at ${path}`);
    const { settings, collections, revision } = snapshot;
    const values = Object.fromEntries(Object.entries(settings).filter(([, written]) => written !== null));
    return {
      revision,
      values,
      below: collections,
      secrets: this.secretsOf(path, snapshot),
      bindings: [...bindingsIn(values.bindings, false), ...bindingsIn(values.secureBindings, true)],
      autoStart: values.autoStart !== false,
    };
  }

  /** The secrets that a site sees, and those below it, opened where that is possible; they lie where they are stated. */
  private secretsOf(path: string, snapshot: SiteSnapshot): SiteOrder["secrets"] {
    const { view, model } = this.metabase;
    const place = expectGood(locateNode(model, path));
    const secrets: Record<string, SiteOrder["secrets"][string]> = {};
    const take = (asked: string, at: string): void => {
      const opened = this.secrets.get(at);
      if (opened !== undefined)
        secrets[asked] = opened.ok ? { clear: opened.value } : { fault: plainFault(opened.error) };
    };
    for (const [key, setting] of Object.entries(place.section.settings)) {
      if (setting.kind.secret === undefined) continue;
      const origin = originAt(view, place, key, setting);
      if (origin.path !== undefined) take(key, `${origin.path}/${key}`);
    }
    for (const it of secretsBelow(place.section, snapshot, { path: place.path })) take(it.asked, it.path);
    return secrets;
  }

  /** The secret that stands at exactly this path, if it was opened; undefined when there is none. */
  secret(path: string): Result<string, Fault> | undefined {
    return this.secrets.get(path);
  }

  /** Opens the secrets for those who serve with them, and says what is wrong with the keys. */
  async holdSecrets(): Promise<void> {
    await this.openSecrets("");
    this.secrets.tellTroubles();
  }

  /** The same for those whose path begins so, for a command that needs no others; nothing is told. */
  async openSecrets(prefix: string): Promise<void> {
    for (const { path, sealed } of this.metabase.sealedValues())
      if (path.startsWith(prefix)) await this.secrets.hold(path, sealed);
  }

  /** The secrets of all that was recorded so far are opened. */
  async settled(): Promise<void> {
    await this.told;
  }

  /** Told after every revision whom it concerns. */
  onChange(listener: (concerned: readonly Concerned[]) => void): void {
    this.listener = listener;
  }

  /** A command on the keys, one at a time; afterwards every secret is tried with what keys there are then. */
  withKeys<T>(who: string, run: (room: KeyRoom, store: SecretStore) => Promise<T>): Promise<T> {
    const done = this.keysInUse.then(async () => {
      const result = await run(this.keyRoom, this.secretStore(who));
      await this.openAgain();
      return result;
    });
    this.keysInUse = done.catch(() => {});
    return done;
  }

  /** While something is wrong with the keys, each look at the server looks at them too: they may have been put back. */
  async lookAtKeys(): Promise<void> {
    if (!this.secrets.troubled) return;
    const looked = this.keysInUse.then(async () => {
      if (await this.secrets.haveKeysChanged()) await this.openAgain();
    });
    this.keysInUse = looked.catch(() => {});
    await looked;
  }

  private async openAgain(): Promise<void> {
    await this.secrets.readKeysAgain();
    const sealed = [...this.metabase.sealedValues()];
    for (const it of sealed) await this.secrets.hold(it.path, it.sealed);
    this.secrets.tellTroubles();
    this.listener(this.concerned(this.affectedBySecrets(sealed.map((it) => it.path))));
  }

  secretStore(who: string): SecretStore {
    return {
      list: () => Promise.resolve(good([...this.metabase.sealedValues()])),
      replace: async (changes) => {
        const replaced = await this.metabase.replaceSecrets(changes, { who, why: "secrets sealed to the keys in use" });
        if (replaced.ok) return good(undefined);
        const because = refusalSentences(replaced.error).join("; ");
        return bad(fault(about("metabase", "metabase"), "Cannot keep the secrets sealed anew", because, "Try again"));
      },
    };
  }

  async close(): Promise<void> {
    await this.told;
    await this.metabase.close();
  }

  private recorded(recorded: Recorded): void {
    const affected = this.metabase.affectedBy(recorded);
    // The keys are changing with it: whoever changes them opens everything anew when that is done.
    if (recorded.revision.kind === "reseal") return;
    this.told = this.told.then(async () => {
      for (const { path, before, after } of recorded.changed)
        for (const key of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])) {
          const [was, is] = [before?.[key], after?.[key]];
          if (isSealedValue(was) || isSealedValue(is))
            await this.secrets.hold(`${path}/${key}`, isSealedValue(is) ? is : undefined);
        }
      this.listener(this.concerned(affected));
    });
  }

  /** Sites that see one of these settings. */
  private affectedBySecrets(paths: readonly string[]): Affected {
    const differences = paths.map((path) => {
      const end = path.lastIndexOf("/");
      return { path: path.slice(0, end), before: {}, after: { [path.slice(end + 1)]: "" } };
    });
    return affectedBy(this.metabase.view, differences);
  }

  private concerned({ services, sites }: Affected): readonly Concerned[] {
    const names = new Map<string, string[]>([...services].map((it) => [it, []]));
    for (const path of sites) {
      const [service = "", collection] = path.split("/");
      if (collection !== "sites") continue;
      names.set(service, [...(names.get(service) ?? []), nameOf(path)]);
    }
    return [...names].map(([service, its]) => ({ service, serviceItself: services.has(service), sites: its }));
  }

  private section(service: string): Section {
    const section = this.metabase.model[service];
    if (section === undefined) throw new Error(`no section ${service}`);
    return section;
  }
}

export const metabaseOptions = (parts: ConfigurationParts, seal: MetabaseOptions["seal"]): MetabaseOptions => {
  const { home, version, model, checks, clock, report } = parts;
  return { folder: roomPath(home, "metabase"), model, release: version, checks: checks(home), seal, clock, report };
};

const bindingsIn = (written: unknown, secure: boolean): readonly SiteBinding[] =>
  (Array.isArray(written) ? written : []).flatMap((it) => {
    const binding = parseBinding(String(it));
    return binding === undefined ? [] : [{ ...binding, secure }];
  });

/** Without what only this process can use. */
const plainFault = ({ subject, attempted, because, remedy }: Fault): Fault => ({ subject, attempted, because, remedy });
