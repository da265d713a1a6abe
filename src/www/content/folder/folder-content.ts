// What is sent for a folder: the document that answers for it, else its listing, else 403.14. A folder that is asked for without the
// slash at its end is redirected first, as the links of its document would lead astray.
import { join } from "node:path";
import { bad, good, type Result } from "../../../base/result.ts";
import type { Answer } from "../../../proto/http/answer/answer.ts";
import type { ContentRules } from "../content-rules.ts";
import type { ContentWorld } from "../content-world.ts";
import { type Failure, failures } from "../failure.ts";
import { type FoundContent, findContent } from "../find-content.ts";
import { pageFields } from "../html.ts";
import type { Place } from "../place.ts";
import { encodePath, withMark } from "../redirect/redirect.ts";
import { listFolder } from "./folder-listing.ts";
import type { Entry } from "./listing-columns.ts";
import { listingPage, readOrder } from "./listing-page.ts";

/** RFC 9110 §15.4.2; the query goes along. */
export function toSlash({ target, rules }: Place): Answer {
  const location = encodePath(`${target.path}/`) + withMark(target.query);
  return sentTo(location, 301, rules);
}

const sentTo = (location: string, status: 301 | 302, { customFields }: ContentRules): Answer => ({
  status,
  substatus: 0,
  fields: [["Location", location], ...customFields],
  body: undefined,
});

/** The first of the documents that is there; undefined where none is. */
export async function findDocument(
  world: ContentWorld,
  place: Place,
  names: readonly string[],
): Promise<Result<(FoundContent & { kind: "file" }) | Answer, Failure> | undefined> {
  const { folder, rules, target } = place;
  for (const document of rules.documents) {
    // Most are not there; with case aside only the names of the folder tell.
    if (!rules.ignoreCase && world.disk.lookNow(join(folder, ...names, document)) === undefined) continue;
    const content = await findContent(world, { folder, rules }, [...names, document]);
    if (!content.ok && content.error.status === 404 && content.error.substatus === 0) continue;
    if (!content.ok) return content;
    if (content.value.kind !== "file") continue;
    const path = encodePath(target.path + document);
    if (place.elsewhere === undefined || place.elsewhere(path)?.rules === rules) return good(content.value);
    // What other settings are for, or the filter refuses, is asked for by its own name: so they are asked too.
    world.disk.close(content.value.opened.file);
    return good(sentTo(path + withMark(target.query), 302, rules));
  }
  return undefined;
}

export async function answerListing(
  { disk, listings }: ContentWorld,
  place: Place,
  path: string,
): Promise<Result<Answer, Failure>> {
  const { folder, rules, target } = place;
  if (!rules.browsing) return bad(failures.noListing(path));
  const { links, hiddenFiles, browsingMax: entriesMax } = rules;
  const listed = await listings.take(() => listFolder(disk, folder, path, { links, hiddenFiles, entriesMax }));
  if (listed === undefined) return bad(failures.busy(`${path}: too many listings are being made`));
  if (!listed.ok) return listed;
  const { entries, isCut } = listed.value;
  const isShown = ({ name, isFolder }: Entry) =>
    place.isShown?.(encodePath(`${target.path}${name}${isFolder ? "/" : ""}`)) ?? true;
  const body = listingPage({
    path: target.path,
    entries: entries.filter(isShown),
    isCut,
    facts: rules.browsingFacts,
    order: readOrder(target.query),
  });
  return good({ status: 200, substatus: 0, fields: [...pageFields, ...rules.customFields], body });
}
