// How a site of the NNTP service is opened in a worker.
import { good } from "../base/result.ts";
import type { Connection } from "../net/connection.ts";
import type { Values } from "../schema/section.ts";
import { limitsOf, lineSite } from "../service/line-site.ts";
import { nntpProtocol } from "../service/protocol.ts";
import { defineEngine } from "../service/service.ts";
import { awayFarewell, NntpDialogue } from "./dialogue.ts";
import type { nntpSite } from "./settings.ts";

export const nntpEngine = defineEngine<Values<typeof nntpSite>>({
  openSite(input) {
    const { values, login } = input;
    const words = { login, limits: limitsOf(values) };
    const dialogue = (connection: Connection) => new NntpDialogue(words, connection);
    return good(lineSite(input, { protocol: nntpProtocol, dialogue, awayFarewell }));
  },
});
