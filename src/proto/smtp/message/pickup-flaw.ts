// Why a file of the pickup folder cannot be sent, and how that is told to the person who finds it among the bad mail.
// Texts only; where they are written is the caller's matter.

export type PickupFlaw =
  | { readonly kind: "no-header" }
  | { readonly kind: "too-large" }
  | { readonly kind: "too-many-fields" }
  | { readonly kind: "no-sender" }
  | { readonly kind: "two-senders" }
  | { readonly kind: "no-recipients" }
  | { readonly kind: "too-many-recipients"; readonly most: number }
  | { readonly kind: "bad-address"; readonly field: string; readonly text: string };

/** What is so, and what to change in the file. */
export function pickupFlawText(flaw: PickupFlaw): string {
  switch (flaw.kind) {
    case "no-header":
      return "The file does not begin with header lines. Begin it with lines such as From: and To:, then an empty line, then the text, and save it as plain text or UTF-8, not as UTF-16 (which Windows calls Unicode).";
    case "too-large":
      return "The header does not end within the size that is read. Put an empty line between the header and the text.";
    case "too-many-fields":
      return "The header has more lines than are read. Put an empty line between the header and the text.";
    case "no-sender":
      return "The file names no sender. Add a From: line, or begin the file with an x-sender: line.";
    case "two-senders":
      return "The file begins with more than one x-sender. Leave one x-sender: line with one address.";
    case "no-recipients":
      return "The file names no recipient. Add a To:, Cc: or Bcc: line, or x-receiver: lines before all others.";
    case "too-many-recipients":
      return `The file names more than ${flaw.most} recipients. Divide them among several files.`;
    case "bad-address":
      return `The line ${flaw.field}: has "${flaw.text}", which is no mail address. Write it as name@example.com.`;
    default:
      return flaw satisfies never;
  }
}
