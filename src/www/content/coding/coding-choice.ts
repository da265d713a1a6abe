// Chooses a coding by what a client accepts, and remembers what browsers say again and again. RFC 9110 §12.5.3 partly: see below.
import { type Coding, chooseCoding } from "../../../proto/http/content/accept-encoding.ts";

export type Chosen = Coding | "identity";

/** Browsers say one of a few dozen things; whoever says others to fill the memory empties it. */
const REMEMBERED_MAX = 1000;

export class CodingChoice {
  private readonly remembered = new Map<string, Chosen>();

  /** A client that refuses all there is gets the content as it is, as RFC 9110 §12.5.3 leaves open. */
  choose(acceptEncoding: string | undefined, offered: readonly Coding[]): Chosen {
    if (acceptEncoding === undefined || offered.length === 0) return "identity";
    const key = `${offered.join()} ${acceptEncoding}`;
    const known = this.remembered.get(key);
    if (known !== undefined) return known;
    const coding = chooseCoding(acceptEncoding, offered);
    const chosen = coding === "none" ? "identity" : coding;
    if (this.remembered.size >= REMEMBERED_MAX) this.remembered.clear();
    this.remembered.set(key, chosen);
    return chosen;
  }
}
