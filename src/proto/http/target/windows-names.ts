// Names that mean something else on Windows than they say. A site that came from there refuses them, so that a rule about one
// name cannot be passed by with another.
import { type Refusal, refusals } from "../refusal.ts";

/** With any extension, and with blanks before it. */
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i;
/** "LONGNA~1.HTM": at most eight characters, of which the last are a tilde and a number, and three behind the dot. */
const SHORT = /^(?=[^.]{3,8}(?:\.|$))[^.]+~[1-9][0-9]*(?:\.[^.]{1,3})?$/;

export function windowsFlaw(name: string): Refusal | undefined {
  if (name.includes(":")) return refusals.pathStream;
  if (/[<>"|?*]/.test(name)) return refusals.pathWildcard;
  if (/[. ]$/.test(name)) return refusals.pathTrailing;
  if (DEVICE.test(name)) return refusals.pathDevice;
  return SHORT.test(name) ? refusals.pathShortName : undefined;
}
