// The secrets of a home as services get them: opened once when they change or the keys do, and kept with the reason
// where one cannot be opened. Clear text stays in this process and goes only to the workers whose setting it is.
import { about, type Fault } from "../base/fault.ts";
import { bad, type Result } from "../base/result.ts";
import type { Report } from "../event/event.ts";
import type { SealedValue } from "../schema/kinds/link.ts";
import type { KeyFolder } from "../seal/key-folder.ts";
import { type Keys, keyTroubles, readKeys } from "../seal/keys.ts";
import { openSealed, sealText } from "../seal/seal.ts";
import type { Trouble } from "../seal/trouble.ts";

interface Opened {
  readonly age: string;
  readonly result: Result<string, Trouble>;
}

export class Secrets {
  private readonly folder: KeyFolder;
  private readonly report: Report;
  private keys: Keys;
  /** By the path of the setting that states it. */
  private readonly opened = new Map<string, Opened>();

  private constructor(folder: KeyFolder, report: Report, keys: Keys) {
    this.folder = folder;
    this.report = report;
    this.keys = keys;
  }

  static async open(folder: KeyFolder, report: Report): Promise<Secrets> {
    return new Secrets(folder, report, await readKeys(folder));
  }

  /** What is wrong with the keys, and each secret that cannot be opened. */
  get faults(): readonly Fault[] {
    const unopened = [...this.opened.values()].flatMap(({ result }) => (result.ok ? [] : [result.error]));
    return [...keyTroubles(this.keys, this.opened.size), ...unopened.slice(0, SHOWN_MAX)];
  }

  /** Says in the log what is wrong: the keys first, as they are the cause, then each secret. */
  tellTroubles(): void {
    for (const it of keyTroubles(this.keys, this.opened.size)) it.tell(this.report);
    for (const { result } of this.opened.values()) if (!result.ok) result.error.tell(this.report);
  }

  /** Something is wrong with the keys, or with a secret because of them. */
  get troubled(): boolean {
    return this.faults.length > 0;
  }

  /** Whether the key files are in another state than when they were last read. */
  async haveKeysChanged(): Promise<boolean> {
    const now = await readKeys(this.folder);
    return stateOf(now) !== stateOf(this.keys);
  }

  /** The keys have changed on disk: everything is tried again. */
  async readKeysAgain(): Promise<void> {
    this.keys = await readKeys(this.folder);
    this.opened.clear();
  }

  /** A setting holds this secret from now on, or none any more. */
  async hold(path: string, sealed: SealedValue | undefined): Promise<void> {
    if (sealed === undefined) this.opened.delete(path);
    else if (this.opened.get(path)?.age !== sealed.$sealed.age) {
      const result = await openSealed(sealed, about("secret", path), this.keys);
      this.opened.set(path, { age: sealed.$sealed.age, result });
    }
  }

  get(path: string): Result<string, Fault> | undefined {
    return this.opened.get(path)?.result;
  }

  /** Needs public keys only, so a secret can be set while the machine key is away. */
  async seal(clear: string, path: string): Promise<Result<SealedValue, Fault>> {
    const { keyring } = this.keys;
    if (keyring.at !== "present") return bad(keyring.trouble);
    return sealText(clear, keyring.keyring, about("secret", path));
  }
}

const stateOf = ({ keyring, file, next, identities }: Keys): string =>
  [keyring.at, file.at, next.at, ...identities.map((it) => it.id)].join(" ");

const SHOWN_MAX = 100;
