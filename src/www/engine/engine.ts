// How a site of the WWW service is opened in a worker, and what its sites share there.
import { good } from "../../base/result.ts";
import type { Values } from "../../schema/section.ts";
import { defineEngine } from "../../service/service.ts";
import type { wwwSite } from "../settings.ts";
import { WebCommon } from "../web-common.ts";
import { WebSite } from "../web-site.ts";

export const wwwEngine = defineEngine<Values<typeof wwwSite>>({
  openCommon: (world) => Promise.resolve(new WebCommon(world)),
  openSite(input) {
    if (!(input.common instanceof WebCommon)) throw new Error("a web site without what its service shares");
    return good(new WebSite(input, input.common));
  },
});
