// Lists of what a client would have, each with how much it would, RFC 9110 §12.4.2 done. Pure.
import { TOKEN } from "../byte-kinds.ts";
import { listElements } from "../field-list.ts";

export interface Weighted {
  /** A coding, a language, or "*" for all others. */
  readonly name: string;
  /** From 0 for never to 1. */
  readonly weight: number;
}

const ELEMENT = new RegExp(`^(${TOKEN}+)(?:[\\t ]*;[\\t ]*q=(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?))?$`, "i");

/** In the order of the list. What is no element is passed over, and behind the first `max` places nothing is looked at. */
export function readWeighted(field: string, max: number): readonly Weighted[] {
  return listElements(field, max).flatMap((element) => {
    const [, name, weight = "1"] = ELEMENT.exec(element) ?? [];
    return name === undefined ? [] : [{ name, weight: Number(weight) }];
  });
}
