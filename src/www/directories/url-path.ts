// The path of an application or directory as its name in the configuration: "images" or "shop/images". Pure.
import { type Kind, textual } from "../../schema/kind.ts";

/** Without the slashes at its ends; its letters in any case mean the same directory. */
export const urlPath: Kind<string, string> = textual(
  "URL path",
  "a path below the site such as images or shop/images, as a browser would show it",
  "images",
  (text) => {
    const segments = text.replace(/^\/+|\/+$/g, "").split("/");
    const sound = segments.every((it) => it !== "" && it !== "." && it !== ".." && !UNFIT.test(it));
    return sound && segments.length <= SEGMENTS_MAX ? segments.join("/") : undefined;
  },
  (value) => value,
);

const UNFIT = /[\0-\x1f\x7f\\?#%]/;
const SEGMENTS_MAX = 32;
