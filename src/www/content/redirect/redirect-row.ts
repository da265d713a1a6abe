// How a row of a redirect is written: "*.php /x$0.htm". Pure.
import type { RedirectRow } from "./redirect.ts";
import { Wildcard } from "./wildcard.ts";

export function parseRedirectRow(text: string): RedirectRow | undefined {
  const [, wildcard, destination] = /^(\S+)\s+(\S+)$/.exec(text.trim()) ?? [];
  return wildcard === undefined || destination === undefined || !isDestination(destination)
    ? undefined
    : { wildcard: new Wildcard(wildcard), destination };
}

export const printRedirectRow = ({ wildcard, destination }: RedirectRow): string =>
  `${wildcard.written} ${destination}`;

/** An address, a path, or one that begins with a variable; "!" for none. */
export const isDestination = (text: string): boolean =>
  /^(?:https?:\/\/[^\s]+|\/[^\s]*|\$[SV][^\s]*|![^\s]*)$/i.test(text) && /^[!-~]+$/.test(text);
