// All verbs, in the order of help and manual.
import type { Verb } from "./verb.ts";
import { cert } from "./verbs/cert.ts";
import { completeVerb, completion } from "./verbs/complete.ts";
import { configDocument } from "./verbs/config-document.ts";
import { configEdit } from "./verbs/config-edit.ts";
import { configHistory } from "./verbs/config-history.ts";
import { configSet } from "./verbs/config-set.ts";
import { configShow } from "./verbs/config-show.ts";
import { doctor } from "./verbs/doctor.ts";
import { down } from "./verbs/down.ts";
import { events } from "./verbs/events.ts";
import { explain } from "./verbs/explain.ts";
import { formats } from "./verbs/formats.ts";
import { group } from "./verbs/group.ts";
import { helpVerb, version } from "./verbs/help.ts";
import { init } from "./verbs/init.ts";
import { keys } from "./verbs/keys.ts";
import { lifecycle } from "./verbs/lifecycle.ts";
import { mail } from "./verbs/mail.ts";
import { metrics } from "./verbs/metrics.ts";
import { queue } from "./verbs/queue.ts";
import { release } from "./verbs/release.ts";
import { releaseActivate, succeed } from "./verbs/release-activate.ts";
import { releaseBuild } from "./verbs/release-build.ts";
import { releaseInstall } from "./verbs/release-install.ts";
import { releaseKey } from "./verbs/release-key.ts";
import { smtpWhy } from "./verbs/smtp.ts";
import { smtpTest } from "./verbs/smtp-test.ts";
import { status } from "./verbs/status.ts";
import { trace } from "./verbs/trace.ts";
import { up } from "./verbs/up.ts";
import { user } from "./verbs/user.ts";
import { userAccess } from "./verbs/user-access.ts";
import { wwwWhy } from "./verbs/www.ts";
import { wwwBind } from "./verbs/www-bind.ts";
import { wwwDirectory } from "./verbs/www-directory.ts";
import { wwwSite } from "./verbs/www-site.ts";

export const verbs: readonly Verb[] = [
  init,
  up,
  down,
  status,
  ...lifecycle,
  succeed,
  formats,
  ...configShow,
  ...configSet,
  ...configHistory,
  ...configDocument,
  configEdit,
  ...keys,
  ...user,
  ...userAccess,
  ...group,
  ...cert,
  ...wwwSite,
  ...wwwBind,
  ...wwwDirectory,
  wwwWhy,
  smtpWhy,
  smtpTest,
  ...queue,
  ...mail,
  metrics,
  ...release,
  ...releaseInstall,
  ...releaseActivate,
  ...releaseBuild,
  ...releaseKey,
  events,
  trace,
  ...doctor,
  explain,
  helpVerb(() => verbs),
  version,
  completion,
  completeVerb(() => verbs),
];
