import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { fileCacheSection } from "./content/content-settings.ts";
import { wwwService } from "./service.ts";
import { WebCommon } from "./web-common.ts";

test("how much of files is kept is a setting of the service, and may change while sites are open", () => {
  const common = new WebCommon({ home: { root: "/nowhere", from: "--home" }, clock: new ManualClock(0) });
  const { known } = common.contentWorld;
  expect(wwwService.commonSection).toBe(fileCacheSection);
  expect(wwwService.section.settings).toHaveProperty("fileCacheSize");
  expect(wwwService.siteSection.settings).not.toHaveProperty("fileCacheSize");
  for (const fileCacheSize of [64 * 2 ** 20, 2 ** 20]) {
    common.settle({ fileCacheSize });
    expect(known.fileBytesMax).toBe(fileCacheSize / 8);
  }
});
