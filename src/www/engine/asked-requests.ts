// The requests of a connection that were asked and are not answered: when each came, at which site, and why it is refused. In HTTP/1
// and mostly in HTTP/2 there is one at a time, which costs next to nothing.
import type { Refusal } from "../../proto/http/refusal.ts";
import type { Request } from "../../proto/http/request.ts";
import type { AnsweringSite } from "./answering-site.ts";

export interface AskedRequest {
  readonly request: Request;
  site: AnsweringSite;
  readonly atMs: number;
  refusal: Refusal | undefined;
}

export class AskedRequests {
  private newest: AskedRequest | undefined;
  private others: Map<Request, AskedRequest> | undefined;

  add(request: Request, site: AnsweringSite, atMs: number): AskedRequest {
    const { newest } = this;
    if (newest !== undefined) {
      this.others ??= new Map();
      this.others.set(newest.request, newest);
    }
    this.newest = { request, site, atMs, refusal: undefined };
    return this.newest;
  }

  find(request: Request): AskedRequest | undefined {
    return this.newest?.request === request ? this.newest : this.others?.get(request);
  }

  /** It is over. */
  take(request: Request): AskedRequest {
    const found = this.find(request);
    if (found === undefined) throw new Error("an answer to what was not asked");
    if (found === this.newest) this.newest = undefined;
    else this.others?.delete(request);
    return found;
  }
}
