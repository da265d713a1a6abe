// What can be asked of the mail of a home, by name: a row that is answered where the mail is, by whoever may read it.
import type { Clock } from "../../base/clock.ts";
import type { Operation } from "../operation.ts";
import type { KeptSpool } from "./kept-spool.ts";

export interface MailRoom {
  readonly clock: Clock;
  readonly spool: KeptSpool;
}

/** `given` crosses to where it is answered, and is made of nothing but JSON. */
export type MailQuestion = Pick<Operation<MailRoom>, "name" | "run">;
