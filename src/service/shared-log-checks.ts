// A log that sites share is one, whoever writes in it: what is said of it is said at the service, and its lines say whose they
// are. For every service and its sites.
import type { Check } from "../metabase/change/check.ts";
import { locateNode } from "../metabase/tree/path.ts";
import { originAt, type View } from "../metabase/tree/view.ts";
import { accessLogSettings } from "../net/access-log/settings.ts";
import { type Problem, problem } from "../schema/decode.ts";

const PER = "accessLogPer";
type Key = keyof typeof accessLogSettings;

/** What a site may say for itself: whether it has a log, and which. */
const ofTheSite: ReadonlySet<string> = new Set<Key>(["accessLog", PER]);
const ofTheLog = Object.keys(accessLogSettings).filter((it) => !ofTheSite.has(it));

/** `services` by their names. */
export const sharedLogChecks = (services: readonly string[]): readonly Check[] =>
  services.flatMap((service) => [
    { name: "lines of a log that sites share say whose they are", of: service, check: whenShared(namesItsSites) },
    {
      name: "a log that sites share is the same for all of them",
      of: `${service}/sites/<name>`,
      check: whenShared((view, path) => [...namesItsSites(view, path), ...saysNothingElse(view, path, service)]),
    },
  ]);

const whenShared =
  (check: Check["check"]): Check["check"] =>
  (view, path) =>
    valueAt(view, path, PER) === "service" ? check(view, path) : [];

function namesItsSites(view: View, path: string): readonly Problem[] {
  const { accessLog, accessLogPer } = view.own(path) ?? {};
  const isSaidHere = accessLog !== undefined || accessLogPer !== undefined;
  if (!isSaidHere || valueAt(view, path, "accessLog") !== "ncsa") return [];
  const at = `${path}/${PER}`;
  const says = `${at} is "service" where accessLog is "ncsa", whose lines cannot say of which site they are. Set ${path}/accessLog to w3c, or ${at} to site`;
  return [{ ...problem(at, "service", "site, or service with accessLog w3c"), says }];
}

function saysNothingElse(view: View, path: string, service: string): readonly Problem[] {
  const own = view.own(path) ?? {};
  return ofTheLog
    .filter((key) => own[key] !== undefined)
    .map((key) => {
      const at = `${path}/${key}`;
      const says = `${at} is set, and the site writes into the log of ${service}, which others share. Set ${service}/${key} for all of them, or ${path}/${PER} to site`;
      return { ...problem(at, own[key] ?? null, `nothing while ${PER} is service`), says };
    });
}

function valueAt(view: View, path: string, key: Key): unknown {
  const place = locateNode(view.model, path);
  return place.ok ? originAt(view, place.value, key, accessLogSettings[key]).written : undefined;
}
