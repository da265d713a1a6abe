// DNS in a table, for tests: what is not in it does not exist, and what is "later" cannot be asked now.
import { bad, good } from "../../../base/result.ts";
import type { Exchanger, Resolved, Resolver } from "../resolver.ts";

export interface Zone {
  /** "10 mx.example.org"; `.` is the null MX. */
  readonly mx?: Readonly<Record<string, readonly string[] | "later">>;
  readonly addresses?: Readonly<Record<string, readonly string[] | "later">>;
}

export const fakeResolver = ({ mx = {}, addresses = {} }: Zone): Resolver => ({
  exchangers: async (domain) => answer(domain, mx[domain], exchangerOf),
  addresses: async (host) => answer(host, addresses[host], (it) => it),
});

function answer<T>(name: string, found: readonly string[] | "later" | undefined, read: (it: string) => T): Resolved<T> {
  if (found === undefined) return bad({ is: "none", because: `DNS knows no ${name}` });
  return found === "later" ? bad({ is: "later", because: `${name} cannot be looked up` }) : good(found.map(read));
}

function exchangerOf(text: string): Exchanger {
  const [preference = "", host = ""] = text.split(" ");
  return { preference: Number(preference), host: host === "." ? "" : host };
}
