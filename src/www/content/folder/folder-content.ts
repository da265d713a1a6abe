// What is sent for a folder: the document that answers for it, else its listing, else 403.14. A folder that is asked for without the
// slash at its end is redirected first, as the links of its document would lead astray.
import { join } from "node:path";
import { bad, good, type Result } from "../../../base/result.ts";
import type { Answer } from "../../../proto/http/answer/answer.ts";
import type { ContentWorld } from "../content-world.ts";
import { type Failure, failures } from "../failure.ts";
import { type FoundContent, findContent } from "../find-content.ts";
import { pageFields } from "../html.ts";
import type { Place } from "../place.ts";
import { encodePath, withMark } from "../redirect/redirect.ts";
import { listFolder } from "./folder-listing.ts";
import { listingPage, readOrder } from "./listing-page.ts";

/** RFC 9110 §15.4.2; the query goes along. */
export function toSlash({ target, rules }: Place): Answer {
  const location = encodePath(`${target.path}/`) + withMark(target.query);
  const fields = [["Location", location] as const, ...rules.customFields];
  return { status: 301, substatus: 0, fields, body: undefined };
}

/** The first of the documents that is there; undefined where none is. */
export async function findDocument(
  world: ContentWorld,
  { folder, rules }: Place,
  names: readonly string[],
): Promise<Result<FoundContent & { kind: "file" }, Failure> | undefined> {
  for (const document of rules.documents) {
    // Most are not there; with case aside only the names of the folder tell.
    if (!rules.ignoreCase && world.disk.statsNow(join(folder, ...names, document)) === undefined) continue;
    const content = await findContent(world, { folder, rules }, [...names, document]);
    if (!content.ok && content.error.status === 404 && content.error.substatus === 0) continue;
    if (!content.ok) return content;
    if (content.value.kind === "file") return good(content.value);
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
  const body = listingPage({
    path: target.path,
    ...listed.value,
    facts: rules.browsingFacts,
    order: readOrder(target.query),
  });
  return good({ status: 200, substatus: 0, fields: [...pageFields, ...rules.customFields], body });
}
