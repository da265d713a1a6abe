// Whether an account may do something, and which grant says so. Pure: the same for a login and for whoever asks why.
import { covers, type Grant, type Place, printGrant, printPlace } from "./grant.ts";
import { brings, type Right } from "./rights.ts";

/** Who holds grants: a user, or a group that the user is in. */
export interface Holder {
  readonly is: "user" | "group";
  readonly name: string;
  readonly grants: readonly Grant[];
}

export type Decision =
  | { readonly allowed: true; readonly holder: Holder; readonly grant: Grant }
  | { readonly allowed: false };

/** The first grant that says so: the user's own before those of the groups, each in its order. */
export function may(holders: readonly Holder[], right: Right, place: Place): Decision {
  for (const holder of holders)
    for (const grant of holder.grants)
      if (brings(grant.right, right) && covers(grant.place, place)) return { allowed: true, holder, grant };
  return { allowed: false };
}

/** "group staff has write ftp, which brings read" */
export function explain(decision: Decision, right: Right, place: Place): string {
  if (!decision.allowed) return `no grant gives ${right} at ${printPlace(place)}`;
  const { holder, grant } = decision;
  const brought = grant.right === right ? "" : `, which brings ${right}`;
  return `${holder.is} ${holder.name} has ${printGrant(grant)}${brought}`;
}
