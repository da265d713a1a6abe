// How a site of the FTP service is opened in a worker.
import { good } from "../base/result.ts";
import type { Connection } from "../net/connection.ts";
import type { Values } from "../schema/section.ts";
import { limitsOf, lineSite } from "../service/line-site.ts";
import { ftpProtocol } from "../service/protocol.ts";
import { defineEngine } from "../service/service.ts";
import { awayFarewell, FtpDialogue } from "./dialogue.ts";
import type { ftpSite } from "./settings.ts";

export const ftpEngine = defineEngine<Values<typeof ftpSite>>({
  openSite(input) {
    const { values, login } = input;
    const words = { login, greeting: values.greeting, limits: limitsOf(values) };
    const dialogue = (connection: Connection) => new FtpDialogue(words, connection);
    return good(lineSite(input, { protocol: ftpProtocol, dialogue, awayFarewell }));
  },
});
