import { expect, test } from "bun:test";
import { withVary } from "./vary.ts";

test("a name is added once, in whatever case, and not to all", () => {
  expect(withVary(undefined, "Accept-Encoding")).toBe("Accept-Encoding");
  expect(withVary("", "Origin")).toBe("Origin");
  expect(withVary("Origin", "Accept-Encoding")).toBe("Origin, Accept-Encoding");
  expect(withVary("accept-encoding,Origin", "Accept-Encoding")).toBe("accept-encoding, Origin");
  expect(withVary("Origin, *", "Accept-Encoding")).toBe("*");
});
