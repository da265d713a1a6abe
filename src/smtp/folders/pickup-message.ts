// A mail of the pickup folder in the words of the spool: the same as for mail that came over a connection, but that a file
// is where it came from. Pure.
import { asciiMailbox } from "../../proto/smtp/address.ts";
import { plainMail } from "../../proto/smtp/parameters.ts";
import type { NewMessage } from "../../spool/message.ts";
import { newMessage } from "../accept/new-message.ts";
import type { PickupSite } from "./pickup-site.ts";
import type { ReadMail } from "./read-pickup-mail.ts";

/** `file` is the name that its writer gave it. */
export function pickupMessage({ mail, eightBit }: ReadMail, site: PickupSite, id: string, file: string): NewMessage {
  const { sender, recipients, header } = mail;
  const addresses = sender === null ? recipients : [sender, ...recipients];
  const smtpUtf8 = addresses.some((it) => asciiMailbox(it) === undefined);
  const message = newMessage(
    {
      sender,
      parameters: { ...plainMail, smtpUtf8 },
      recipients: [],
      source: { site: site.path, by: "pickup", client: "", account: null, trace: id },
      facts: { file },
      eightBit,
    },
    header,
  );
  return { ...message, recipients: recipients.map((it) => site.recipientOf(it, sender)) };
}
