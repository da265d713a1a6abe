// What tests of the spool need: names, messages, a report that is written down, spools on a disk and in memory.
import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, ManualClock } from "../../base/clock.ts";
import { expectGood } from "../../base/result.ts";
import { type Occurrence, reporter } from "../../event/event.ts";
import { booksFile } from "../found/books-file.ts";
import type { NewMessage, NewRecipient, Priority, Source } from "../message.ts";
import { openSpool, type SpoolOptions } from "../open-spool.ts";
import type { Claim, ClaimWish, MailSpool } from "../spool.ts";

/** As a process that never lives twice would name messages; the prefix tells one life from another. */
export function names(prefix = "m"): { next(): string } {
  let n = 0;
  return { next: () => `${prefix}${String(++n).padStart(8, "0")}` };
}

export interface Wanted {
  readonly to?: readonly (string | NewRecipient)[];
  readonly sender?: string;
  readonly source?: Partial<Source>;
  readonly priority?: Priority;
  readonly facts?: NewMessage["facts"];
}

export const recipient = (address: string, more: Partial<NewRecipient> = {}): NewRecipient => ({
  address,
  destination: address.slice(address.indexOf("@") + 1),
  notify: null,
  orcpt: null,
  ...more,
});

export const message = ({
  to = ["anna@example.org"],
  sender = "erp@plant.example",
  ...more
}: Wanted = {}): NewMessage => ({
  envelope: { sender, ret: null, envid: null, smtpUtf8: false, bodyKind: "7bit" },
  source: { site: "smtp/sites/default", by: "smtp", client: "192.0.2.7", account: null, trace: null, ...more.source },
  facts: more.facts ?? { rule: "plant" },
  priority: more.priority ?? "normal",
  recipients: to.map((it) => (typeof it === "string" ? recipient(it) : it)),
});

export async function put(
  spool: MailSpool,
  wanted: Wanted = {},
  body: string | Uint8Array = "Hello\r\n",
): Promise<string> {
  const incoming = spool.receive();
  expectGood(await incoming.write(typeof body === "string" ? Buffer.from(body) : body));
  return expectGood(await incoming.commit(message(wanted)));
}

export const wish = (nowMs: number, more: Partial<ClaimWish> = {}): ClaimWish => ({
  nowMs,
  messagesMax: 100,
  perDestinationMax: 100,
  recipientsMax: 100,
  ...more,
});

export async function claimed(
  spool: MailSpool,
  nowMs: number,
  more: Partial<ClaimWish> = {},
): Promise<readonly Claim[]> {
  return expectGood(await spool.claim(wish(nowMs, more))).claims;
}

export async function textOf(spool: MailSpool, id: string): Promise<string | null> {
  const body = expectGood(await spool.body(id));
  if (body === null) return null;
  const parts: Uint8Array[] = [];
  for (let at = 0; at < body.sizeBytes; ) {
    const part = expectGood(await body.read(at, 100_000));
    if (part.length === 0) break;
    parts.push(part);
    at += part.length;
  }
  await body.close();
  return Buffer.concat(parts).toString();
}

/** The files of bodies that the rows name. */
export function filesNamed(folder: string): string[] {
  const database = new Database(booksFile(folder), { readonly: true });
  const rows = database.query<{ readonly file: string }, []>("SELECT DISTINCT file FROM place ORDER BY file").all();
  database.close();
  return rows.map((it) => `${it.file}.eml`);
}

export interface Rig extends AsyncDisposable {
  readonly folder: string;
  readonly clock: ManualClock;
  /** The numbers of the events since it was last asked. */
  told(): readonly number[];
  open(options?: Partial<SpoolOptions>): Promise<MailSpool>;
}

export function makeRig(folder = join(mkdtempSync(join(tmpdir(), "spool-")), "spool")): Rig {
  const clock = new ManualClock(1_800_000_000_000);
  const events: Occurrence[] = [];
  const open: MailSpool[] = [];
  let lives = 0;
  return {
    folder,
    clock,
    told: () => events.splice(0).map((it) => it.number),
    async open(options = {}) {
      const spool = expectGood(
        await openSpool(folder, { ...optionsFor(clock, (it) => events.push(it), `l${++lives}x`), ...options }),
      );
      open.push(spool);
      return spool;
    },
    async [Symbol.asyncDispose]() {
      for (const it of open) await it.close();
      rmSync(join(folder, ".."), { recursive: true, force: true });
    },
  };
}

export const optionsFor = (clock: Clock, send: (it: Occurrence) => void, prefix: string): SpoolOptions => ({
  clock,
  report: reporter("smtp", () => clock.wallMs(), send),
  names: names(prefix),
  reserveBytes: 64 * 1024,
  marginBytes: 0,
});
