// The headers that a site adds to its answers, without those that a module says itself: two would contradict each other. Pure.
import type { Field } from "../proto/http/request.ts";
import { TRANSPORT_SECURITY } from "./secure/transport-security.ts";
import type { WwwSiteValues } from "./settings.ts";

type Said = Pick<WwwSiteValues, "hsts">;

export const besidesModules = (customHeaders: readonly Field[], { hsts }: Said): readonly Field[] =>
  customHeaders.filter(([name]) => !(hsts && name.toLowerCase() === TRANSPORT_SECURITY.toLowerCase()));
