// A failure as three lines: the object and what was attempted, what is so, and what mends it.
import type { Fault } from "../../base/fault.ts";
import { type Line, toned } from "../look/line.ts";
import { wrap } from "../look/wrap.ts";

const hanging = (text: string, width: number): readonly string[] => wrap(text, width - 2).map((it) => `  ${it}`);

/** `owner` is whose matter it is, such as a site, where the object alone does not tell. */
export function faultLines({ subject, attempted, because, remedy }: Fault, width: number, owner = ""): readonly Line[] {
  const named = attempted.includes(subject.name) ? attempted : `${subject.kind} ${subject.name}: ${attempted}`;
  return [
    ...wrap(owner === "" || named.includes(owner) ? named : `${owner}: ${named}`, width).map((it) => toned("bad", it)),
    ...hanging(because, width),
    ...hanging(`-> ${remedy}`, width).map((it) => toned("strong", it)),
  ];
}
