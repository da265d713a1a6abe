// Opens the desk where questions about the mail of a home are answered: as whoever owns the mail, in this process where
// that is so already, else by one that becomes him.
import { roomPath } from "../../base/home.ts";
import { otherOwner } from "../act-as-owner.ts";
import type { ClerkWorld } from "./clerk.ts";
import { ClerkDesk } from "./clerk-desk.ts";
import type { KeptSpoolWorld } from "./kept-spool.ts";
import type { MailDesk } from "./mail-desk.ts";
import { OwnMailDesk } from "./own-mail-desk.ts";

export function openMailDesk(world: KeptSpoolWorld & ClerkWorld): MailDesk {
  const own = new OwnMailDesk(world);
  const clerks = new ClerkDesk(world);
  const folder = roomPath(world.home, "spool");
  return {
    ask(question, given) {
      // Asked each time: the first start of a server gives the folder to the user of its services.
      const user = otherOwner(folder);
      return user === undefined ? own.ask(question, given) : clerks.ask(user, question, given);
    },
    async close() {
      await Promise.all([own.close(), clerks.close()]);
    },
  };
}
