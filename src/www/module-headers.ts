// The headers that a site adds to its answers, without those that a module says itself: two would contradict each other. Pure.
import type { Field } from "../proto/http/request.ts";
import { TRANSPORT_SECURITY } from "./secure/transport-security.ts";
import type { WwwSiteValues } from "./settings.ts";

const CORS = "access-control-";

type Said = Pick<WwwSiteValues, "hsts" | "corsRules">;

export const besidesModules = (customHeaders: readonly Field[], { hsts, corsRules }: Said): readonly Field[] =>
  customHeaders.filter(([name]) => {
    const lower = name.toLowerCase();
    const isSaid = lower === TRANSPORT_SECURITY.toLowerCase() ? hsts : lower.startsWith(CORS) && corsRules.length > 0;
    return !isSaid;
  });
