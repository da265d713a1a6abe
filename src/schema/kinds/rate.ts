// How often something may happen: so many in so long, `60 per 1m`. Pure; who counts is not known here.
import { type Kind, textual } from "../kind.ts";
import { duration, spellDuration } from "./measure.ts";

export interface Rate {
  readonly count: number;
  readonly perMs: number;
}

const COUNT_MAX = 1_000_000;
/** IIS counted requests in 200 ms; more than a day would be a ban and not a rate. */
const span = duration({ min: "10ms", max: "1d" });

export const spellRate = ({ count, perMs }: Rate): string => `${count} per ${spellDuration(perMs)}`;

export const rate: Kind<Rate, string> = textual(
  "rate",
  `a rate such as 60 per 1m: 1 to ${COUNT_MAX}, in 10ms to 1d`,
  "60 per 1m",
  (text) => {
    const [, counted, spanText = ""] = /^ *(\d{1,7}) *(?:per|\/) *(.+)$/i.exec(text) ?? [];
    const count = Number(counted);
    const perMs = span.decode(spanText);
    return perMs.ok && count >= 1 && count <= COUNT_MAX ? { count, perMs: perMs.value } : undefined;
  },
  spellRate,
);
