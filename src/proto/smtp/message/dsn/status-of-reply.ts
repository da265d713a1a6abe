// The status of RFC 3463 that a reply comes to, also where the server gave none. Pure.
import type { Reply } from "../../reply.ts";

/** What the RFCs let a bare code mean; 550 and 554 are said for everything, and so say nothing. */
const byCode: Readonly<Record<number, string>> = {
  421: "4.3.2",
  450: "4.2.0",
  452: "4.3.1",
  454: "4.7.0",
  530: "5.7.0",
  535: "5.7.8",
  551: "5.1.6",
  552: "5.2.2",
  553: "5.1.3",
  556: "5.1.10",
};

/** A code that contradicts the reply it stands in, as `450 5.1.1`, is not believed: the reply decides what is done. */
export function statusOfReply({ code, enhanced }: Pick<Reply, "code" | "enhanced">): string {
  const first = Math.floor(code / 100);
  if (enhanced !== undefined && isStatus(enhanced) && enhanced.startsWith(`${first}.`)) return enhanced;
  return byCode[code] ?? (first === 2 || first === 4 ? `${first}.0.0` : "5.0.0");
}

/** RFC 3463 §2 done. */
export const isStatus = (text: string): boolean => /^[245]\.\d{1,3}\.\d{1,3}$/.test(text);
