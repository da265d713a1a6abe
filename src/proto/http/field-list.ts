// Fields that say a list, RFC 9110 §5.6.1 done. Pure, and in one pass, as strangers choose how many blanks there are.
import { isBlank } from "./byte-kinds.ts";

/** What stands between the commas, without the blanks around it; empty places too. No more than `max` where that is told. */
export const listElements = (text: string, max?: number): readonly string[] => text.split(",", max).map(withoutBlanks);

/** Blanks of HTTP alone: what else some take for one, such as U+00A0, is a byte like others. */
function withoutBlanks(text: string): string {
  let from = 0;
  let end = text.length;
  while (from < end && isBlank(text.charCodeAt(from))) from++;
  while (end > from && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(from, end);
}
