// A test message of a mail site, sent while somebody looks on. The words of the other server are never read here: a worker
// speaks with it, or, where no server runs, this process after it has let go of the home and of the rights of root.
import type { JsonObject } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { CertificateEntries } from "../../certificate/certificate-book.ts";
import type { CertificateKeeper } from "../../certificate/keeper/certificate-keeper.ts";
import type { SiteOrder } from "../../ipc/messages.ts";
import { flag, text } from "../../schema/kinds/plain.ts";
import type { ErrandOrder } from "../../service/errand.ts";
import type { ErrandEnd } from "../../service/service.ts";
import type { Configuration } from "../configuration.ts";
import { type Follower, type Given, needed, type Operation, optional, type Refusal, refusal } from "../operation.ts";
import type { AtHome, Configured } from "./configured.ts";
import { mailSiteOf, siteParameter } from "./mail-site.ts";
import type { Running } from "./service-operations.ts";

const SERVICE = "smtp";
const ERRAND = "test";

const mailAddress = text({ max: 1024 });
const row = {
  name: "smtp.test",
  reads: false,
  tells: true,
  doc: "Sends one message as a mail site would, without its queue, and tells every step: DNS, the way, TLS, the login and each word of the other server. The answer says whether it was taken, and what mends it if not.",
  takes: {
    to: needed(mailAddress, "The recipient."),
    from: optional(mailAddress, "The sender; postmaster of the site without it."),
    subject: optional(text({ min: 1, max: 200 }), "The subject of the message."),
    route: optional(text({ min: 1, max: 255 }), "The route of the site that it takes, whatever mail that is for."),
    host: optional(text({ min: 1, max: 1024 }), "The hosts that are asked, whatever the settings say."),
    send: optional(flag, "No: only ask whether it would be taken."),
    ...siteParameter,
  },
} as const;

export const smtpTestOperation: Operation<Running & Configured> = {
  ...row,
  async run({ configuration, supervisor }, given, follower) {
    await configuration.settled();
    const order = errandFor(configuration, given);
    if (!order.ok) return order;
    const control = supervisor.controls.get(SERVICE);
    if (control === undefined) throw new Error(`no service ${SERVICE}`);
    return await control.errand(order.value, follower);
  },
};

/** Does it in this process. */
export type RunErrand = (
  order: ErrandOrder,
  certificates: CertificateEntries,
  follower: Follower,
) => Promise<ErrandEnd>;

/** `ready` is called while what the program consists of can still be read. */
export const smtpTestAtHome = (ready: () => Promise<RunErrand>): Operation<AtHome> => ({
  ...row,
  async run({ configuration, certificates, leave }, given, follower) {
    for (const it of [`${SERVICE}/`, "certificate/"]) await configuration.openSecrets(it);
    const order = errandFor(configuration, given);
    if (!order.ok) return order;
    await certificates.look();
    const run = await ready();
    const left = await leave();
    if (!left.ok) return left;
    const end = await run(order.value, entriesOf(certificates), follower);
    return end.ok ? good(end.value) : bad(refusal("wrong", end.error));
  },
});

/** As they are shown at this moment. */
function entriesOf({ serving }: CertificateKeeper): CertificateEntries {
  return { named: (entry) => serving.find(({ name }) => name === entry) };
}

function errandFor(configuration: Configuration, { site: named, ...given }: Given): Result<ErrandOrder, Refusal> {
  const site = mailSiteOf(configuration, { site: named });
  if (!site.ok) return site;
  const { name, path, plan } = site.value;
  const { revision, values, below, secrets } = plan;
  const order: SiteOrder = { name, path, revision, values, below, secrets, routes: [], paused: false };
  return good({ errand: ERRAND, order, given: given as JsonObject });
}
