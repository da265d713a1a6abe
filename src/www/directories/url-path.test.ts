import { expect, test } from "bun:test";
import { urlPath } from "./url-path.ts";

test("slashes at the ends say nothing, and what no path of a browser would be is refused", () => {
  const spelled = (text: string) => {
    const decoded = urlPath.decode(text);
    return decoded.ok ? decoded.value : undefined;
  };
  expect(spelled("images")).toBe("images");
  expect(spelled("/shop/images/")).toBe("shop/images");
  for (const text of ["", "/", "a//b", "a/../b", ".", "a\\b", "a?b", "a#b", "a%20b", "a\nb"])
    expect(spelled(text)).toBeUndefined();
});
