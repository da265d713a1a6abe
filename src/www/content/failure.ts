// Why there is no content to send: a status as IIS counts, and what the detailed page adds to it. Data, and the words in which the
// file system says no turned into it. Pure.
import type { Field } from "../../proto/http/request.ts";
import type { Cause } from "./error/causes.ts";

export interface Failure {
  readonly status: number;
  readonly substatus: number;
  /** For whoever may see details: what exactly was looked at, or what the system said. */
  readonly detail?: string;
  /** What is behind it, where that is not what usually is behind the status. */
  readonly cause?: Cause;
  /** What the answer has to say in its head: Allow, Content-Range, Retry-After. */
  readonly fields?: readonly Field[];
}

export const failures = {
  notFound: (detail: string): Failure => ({ status: 404, substatus: 0, detail }),
  noType: (detail: string): Failure => ({ status: 404, substatus: 3, detail }),
  hidden: (detail: string): Failure => ({ status: 404, substatus: 9, detail }),
  noListing: (detail: string): Failure => ({ status: 403, substatus: 14, detail }),
  noRead: (detail: string): Failure => ({ status: 403, substatus: 2, detail }),
  unknownMethod: { status: 501, substatus: 0 },
  busy: (detail: string): Failure => ({ status: 503, substatus: 2, detail, fields: [["Retry-After", "1"]] }),
  broken: (detail: string): Failure => ({ status: 500, substatus: 0, detail }),
} as const;

const meanings: Readonly<Record<string, (detail: string) => Failure>> = {
  ENOENT: failures.notFound,
  ENOTDIR: failures.notFound,
  ENAMETOOLONG: failures.notFound,
  ENXIO: failures.notFound, // a socket
  ELOOP: failures.notFound,
  EACCES: failures.noRead,
  EPERM: failures.noRead,
  EMFILE: failures.busy,
  ENFILE: failures.busy,
  ENOMEM: failures.busy,
};

/** Thrown by a disk that does not give a file whatever the system says; the message says why. */
export class Withheld extends Error {}

/** What a call of the file system threw. */
export function failureOf(thrown: unknown, path: string): Failure {
  if (thrown instanceof Withheld) return failures.noRead(`${path}: ${thrown.message}`);
  const { code = "" } = thrown as NodeJS.ErrnoException;
  return (meanings[code] ?? failures.broken)(`${path}: ${code || String(thrown)}`);
}
