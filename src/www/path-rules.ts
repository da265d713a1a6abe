// How the paths of a site are read, by its settings. What a directory may decide for itself, such as double escaping, is let
// through here and left to its filter.
import type { PathRules } from "../proto/http/target/target-path.ts";
import type { WwwSiteValues } from "./settings.ts";

export const pathRules = (
  values: Pick<WwwSiteValues, "maxUrlSegments" | "windowsNames" | "backslashSeparates">,
): PathRules => ({
  allowDoubleEscaping: true,
  allowHighBitCharacters: true,
  otherSlashes: values.backslashSeparates ? "separate" : "refuse",
  windowsNames: values.windowsNames ? "refuse" : "allow",
  segmentsMax: values.maxUrlSegments,
});
