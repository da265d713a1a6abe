// What a status code means for somebody who wrote a letter: why it did not arrive, and what to do about it. English; the
// table of another language has the same shape, and report-texts.ts names it.

export interface StatusWords {
  /** A whole sentence: what is so. */
  readonly why: string;
  /** A whole sentence for the sender, for when it will not be tried again. */
  readonly todo: string;
}

const checkAddress =
  "Check the address for spelling mistakes, or ask for the right one in another way, and send the message again.";
const askThem = "Reach the person in another way and tell them: only they or whoever runs their mail can change that.";
const askOurs = "Show this notice to whoever looks after your mail server: it is for them to mend.";
const laterAgain = "Send the message again later, or reach the person in another way.";

/** By subject and detail, as 1.1 in 5.1.1 (RFC 3463 §3 and the IANA registry). `x.0` stands for what has no row. */
export const englishStatusWords = {
  "0.0": { why: "The other mail server did not take it.", todo: `What it said is below. ${laterAgain}` },

  "1.0": { why: "Something is wrong with the address.", todo: checkAddress },
  "1.1": { why: "There is no mailbox of that name.", todo: checkAddress },
  "1.2": { why: "What stands behind the @ is no place that takes mail.", todo: checkAddress },
  "1.3": { why: "The address is not written as addresses are.", todo: checkAddress },
  "1.4": { why: "More than one mailbox could be meant.", todo: checkAddress },
  "1.6": { why: "The mailbox has moved, and nobody left a new address.", todo: checkAddress },
  "1.7": { why: "The other mail server does not accept your address as a sender.", todo: askOurs },
  "1.8": { why: "The other mail server cannot find the domain of your own address.", todo: askOurs },
  "1.10": { why: "What stands behind the @ takes no mail at all.", todo: checkAddress },

  "2.0": { why: "The mailbox cannot take mail.", todo: askThem },
  "2.1": { why: "The mailbox is switched off.", todo: askThem },
  "2.2": {
    why: "The mailbox is full.",
    todo: "Reach the person in another way, and send the message again once there is room.",
  },
  "2.3": {
    why: "The message is larger than that mailbox allows.",
    todo: "Send it without large attachments, or pass those on in another way.",
  },
  "2.4": { why: "The mailing list could not be read.", todo: askThem },

  "3.0": { why: "The other mail server has trouble of its own.", todo: laterAgain },
  "3.1": { why: "The other mail server has no room left.", todo: laterAgain },
  "3.2": { why: "The other mail server takes no mail at present.", todo: laterAgain },
  "3.3": { why: "The other mail server cannot do what this message needs.", todo: askOurs },
  "3.4": {
    why: "The message is larger than the other mail server takes.",
    todo: "Send it without large attachments, or pass those on in another way.",
  },

  "4.0": { why: "The way to the other mail server is disturbed.", todo: laterAgain },
  "4.1": { why: "The other mail server does not answer.", todo: laterAgain },
  "4.2": { why: "The connection to the other mail server broke off.", todo: laterAgain },
  "4.3": {
    why: "It could not be found out which mail server to go to.",
    todo: `${checkAddress} If it is right, ${small(askOurs)}`,
  },
  "4.4": {
    why: "There is no way to a mail server for that address.",
    todo: `${checkAddress} If it is right, ${small(askOurs)}`,
  },
  "4.5": { why: "The other mail server is overloaded.", todo: laterAgain },
  "4.6": { why: "The message went round in a circle between mail servers.", todo: askOurs },
  "4.7": { why: "It was tried again and again, until the time for it was over.", todo: laterAgain },

  "5.0": { why: "The two mail servers did not understand each other.", todo: askOurs },
  "5.3": {
    why: "The message has more recipients than the other mail server takes.",
    todo: "Send it to fewer people at a time.",
  },

  "6.0": {
    why: "The other mail server does not accept what is in the message.",
    todo: "Send it in another form, as plain text or without attachments.",
  },
  "6.7": {
    why: "The other mail server cannot read addresses in these letters.",
    todo: "Use an address in plain Latin letters, if the person has one.",
  },

  "7.0": { why: "The other mail server refuses the message for reasons of security.", todo: askThem },
  "7.1": { why: "The other mail server refuses this message, or mail from you, by its rules.", todo: askThem },
  "7.2": { why: "You may not write to that mailing list.", todo: "Ask the owner of the list to let you write to it." },
  "7.4": { why: "The other mail server does not offer the protection that this message must have.", todo: askOurs },
  "7.5": { why: "The other mail server does not offer the encryption that this message must have.", todo: askOurs },
  "7.8": { why: "The next mail server does not accept the password of ours.", todo: askOurs },
  "7.10": { why: "The connection to the other mail server could not be encrypted as it must be.", todo: askOurs },
  "7.13": { why: "The account is switched off.", todo: askThem },
  "7.20": { why: "The signature of the message (DKIM) did not convince the other mail server.", todo: askOurs },
  "7.23": {
    why: "The other mail server does not believe that our server may send for your domain (SPF).",
    todo: askOurs,
  },
  "7.25": { why: "The other mail server cannot find the name of ours by its address.", todo: askOurs },
  "7.26": { why: "The other mail server does not believe that the message is from your domain.", todo: askOurs },
  "7.28": { why: "The other mail server gets too much mail at once from ours.", todo: laterAgain },
  "7.30": {
    why: "The message may only travel encrypted, and the next mail server does not promise that.",
    todo: askOurs,
  },
} as const satisfies Readonly<Record<string, StatusWords>>;

/** The words for a status such as "5.1.1", from the nearest row. */
export function wordsFor(
  status: string,
  table: Readonly<Record<string, StatusWords>> = englishStatusWords,
): StatusWords {
  const [, subject = "0", detail = "0"] = status.split(".");
  return table[`${subject}.${detail}`] ?? table[`${subject}.0`] ?? table["0.0"] ?? englishStatusWords["0.0"];
}

function small(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
