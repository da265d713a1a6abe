// The requests of a connection that were asked and are not answered: who asks, when, at which site, and why it is refused. In HTTP/1
// and mostly in HTTP/2 there is one at a time, which costs next to nothing.
import type { Welcome } from "../../account/login.ts";
import type { Connection, Secured } from "../../net/connection.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import type { Request } from "../../proto/http/request.ts";
import type { Asker } from "../content/asker.ts";
import type { AnsweringSite } from "./answering-site.ts";

/** What all requests of a connection have in common. */
export type Client = Omit<Asker, "user">;

/** Who has logged in with one request is nobody to the others of its connection, also while they run at the same time. */
export class AskedRequest implements Asker {
  readonly request: Request;
  readonly site: AnsweringSite;
  /** There: the connection may be at another site when it is answered. */
  readonly visit: Connection["visit"];
  readonly atMs: number;
  user: Welcome | undefined;
  refusal: Refusal | undefined;
  private readonly client: Client;

  constructor(request: Request, client: Client, site: AnsweringSite, visit: Connection["visit"], atMs: number) {
    this.request = request;
    this.client = client;
    this.site = site;
    this.visit = visit;
    this.atMs = atMs;
  }

  get address(): string {
    return this.client.address;
  }

  get isLocal(): boolean {
    return this.client.isLocal;
  }

  get secured(): Secured | undefined {
    return this.client.secured;
  }

  traceId(): string {
    return this.client.traceId();
  }

  cut(): void {
    this.client.cut();
  }
}

export class AskedRequests {
  private newest: AskedRequest | undefined;
  private others: Map<Request, AskedRequest> | undefined;

  add(asked: AskedRequest): void {
    const { newest } = this;
    if (newest !== undefined) {
      this.others ??= new Map();
      this.others.set(newest.request, newest);
    }
    this.newest = asked;
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
