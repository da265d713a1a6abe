// The Vary of an answer: by which fields of the request it was chosen. RFC 9110 §12.5.5 done. Pure.
import { listElements } from "../field-list.ts";

/** With one more name, which may be there already; "*" says all there is to say. */
export function withVary(vary: string | undefined, name: string): string {
  const names = listElements(vary ?? "").filter((it) => it !== "");
  if (names.includes("*")) return "*";
  return names.some((it) => it.toLowerCase() === name.toLowerCase()) ? names.join(", ") : [...names, name].join(", ");
}
