// A deliverer over a spool in memory, for tests: sites with settings as a person writes them, DNS in a table, and all that
// was told, kept as bad mail or put into folders in lists.
import { type Clock, seeded, systemClock } from "../../../base/clock.ts";
import type { Json } from "../../../base/json.ts";
import { expectGood, good } from "../../../base/result.ts";
import { CertificateBook } from "../../../certificate/certificate-book.ts";
import { type Occurrence, reporter } from "../../../event/event.ts";
import type { AccessLog } from "../../../net/access-log/access-log.ts";
import { noAccessLog } from "../../../net/access-log/access-log.ts";
import type { Badmail } from "../../../proto/smtp/message/badmail.ts";
import { decodeOwn } from "../../../schema/decode.ts";
import { valuesOf } from "../../../schema/resolve.ts";
import { section } from "../../../schema/section.ts";
import { memorySpool } from "../../../spool/memory-spool.ts";
import type { MailSpool } from "../../../spool/spool.ts";
import { names, put, type Wanted } from "../../../spool/testing/rig.ts";
import { deliverSettings } from "../deliver-settings.ts";
import type { DeliverySite, LocalJob } from "../delivery-site.ts";
import { type Deliverer, openDeliverer } from "../open-deliverer.ts";
import { type DeliveryPolicy, deliveryPolicy } from "../policy.ts";
import type { Resolver } from "../resolver.ts";
import { routeSection } from "../route-settings.ts";
import { fakeResolver } from "./fake-resolver.ts";

type Written = Readonly<Record<string, Json>>;

const siteSection = section("site", "A site of a test.", deliverSettings);

/** A policy as settings make it; passwords by their key. */
export function policyOf(
  written: Written = {},
  routes: Readonly<Record<string, Written>> = {},
  passwords: Readonly<Record<string, string>> = {},
): DeliveryPolicy {
  const values = valuesOf(siteSection, [{ path: "site", section: siteSection, own: ownOf(siteSection, written) }]);
  const nodes = Object.entries(routes).map(([name, route]) => {
    const stated = ownOf(routeSection, route);
    const settings = Object.fromEntries(
      Object.entries(routeSection.settings).map(([key, it]) => [key, stated[key] ?? it.fallback]),
    );
    return [name, { settings, own: Object.keys(stated), collections: {} }] as const;
  });
  const password = (key: string) => passwords[key];
  return deliveryPolicy({ path: "smtp/sites/default", hostName: "mail.test", values, routes: nodes, password });
}

function ownOf(of: Parameters<typeof decodeOwn>[0], written: Written) {
  const { own, problems } = decodeOwn(of, written, of.name);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return own;
}

export interface DeliverRig extends AsyncDisposable {
  readonly spool: MailSpool;
  readonly deliverer: Deliverer;
  readonly events: readonly Occurrence[];
  readonly badmail: readonly Badmail[];
  readonly local: readonly LocalJob[];
  put(wanted?: Wanted, body?: string): Promise<string>;
  /** Resolves when the message has left, or each recipient of it was tried at least so often. */
  tried(id: string, attempts?: number): Promise<Awaited<ReturnType<typeof storyOf>>>;
}

export interface RigOptions {
  readonly policy?: DeliveryPolicy;
  readonly resolver?: Resolver;
  readonly authorities?: string;
  readonly certificates?: CertificateBook;
  readonly log?: AccessLog;
  readonly spool?: MailSpool;
  readonly clock?: Clock;
  readonly noticePlace?: DeliverySite["noticePlace"];
  readonly deliverLocally?: DeliverySite["deliverLocally"];
  readonly bindings?: DeliverySite["bindings"];
}

export async function deliverRig(options: RigOptions = {}): Promise<DeliverRig> {
  const clock = options.clock ?? systemClock;
  const spool = options.spool ?? memorySpool({ clock, names: names() });
  const events: Occurrence[] = [];
  const badmail: Badmail[] = [];
  const local: LocalJob[] = [];
  const report = reporter(
    "smtp",
    () => clock.wallMs(),
    (it) => void events.push(it),
  );
  const deliverer = await openDeliverer({
    spool,
    clock,
    random: seeded(1),
    report,
    resolverFor: () => options.resolver ?? fakeResolver({}),
    certificates: options.certificates ?? new CertificateBook(clock),
    tally: { attempted() {}, queued() {} },
    interrupted() {},
    ...(options.authorities === undefined ? {} : { authorities: options.authorities }),
  });
  deliverer.follow({
    name: "default",
    path: "smtp/sites/default",
    hostName: "mail.test",
    policy: options.policy ?? policyOf(),
    bindings: options.bindings ?? [],
    log: options.log ?? noAccessLog,
    noticePlace: options.noticePlace ?? (({ domain }) => domain),
    async deliverLocally(job) {
      local.push(job);
      return (await options.deliverLocally?.(job)) ?? good("file.eml");
    },
    async keepBadmail(it) {
      badmail.push(it);
      return good(undefined);
    },
  });
  return {
    spool,
    deliverer,
    events,
    badmail,
    local,
    put: (wanted, body) => put(spool, wanted, body),
    tried: (id, attempts = 1) => until(spool, () => triedStory(spool, id, attempts)),
    async [Symbol.asyncDispose]() {
      await deliverer.close(0);
      await spool.close();
    },
  };
}

export const storyOf = async (spool: MailSpool, id: string) => {
  const story = expectGood(await spool.story(id));
  if (story === null) throw new Error(`no message ${id}`);
  return story;
};

async function triedStory(spool: MailSpool, id: string, attempts: number) {
  const story = await storyOf(spool, id);
  const isTried = story.recipients.every((it) => it.attempts >= attempts && it.status !== "claimed");
  return story.message.leftMs !== null || isTried ? story : undefined;
}

/** Asks again whenever the queue has changed. */
export function until<T>(spool: MailSpool, ask: () => Promise<T | undefined>): Promise<T> {
  return new Promise((resolve, reject) => {
    let isAsking = false;
    let isAgain = false;
    const look = async () => {
      if (isAsking) {
        isAgain = true;
        return;
      }
      isAsking = true;
      do {
        isAgain = false;
        const answer = await ask();
        if (answer === undefined) continue;
        stop();
        return resolve(answer);
      } while (isAgain);
      isAsking = false;
    };
    const stop = spool.onChange(() => void look().catch(reject));
    void look().catch(reject);
  });
}
