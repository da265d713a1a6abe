// Every sentence that a session of the server says by itself. Data: the session, HELP, the tests and the manual read this
// one table; what ports refuse, they say in their own words, for which some are kept here too.
import type { BlockFlaw } from "../../../base/block-reader.ts";
import { type Reply, say, sayPlainly } from "../reply.ts";

export const replies = {
  greeting: (name: string) => sayPlainly(220, `${name} ESMTP inetsrv`),
  hello: (...lines: readonly string[]) => sayPlainly(250, ...lines),
  bye: (name: string) => say(221, "2.0.0", `${name} closes the connection`),
  done: say(250, "2.0.0", "Done"),
  senderGood: say(250, "2.1.0", "Sender accepted"),
  recipientGood: say(250, "2.1.5", "Recipient accepted"),
  sendMessage: sayPlainly(354, "Send the message, then a dot on a line of its own"),
  chunkTaken: (bytes: number) => say(250, "2.0.0", `${bytes} bytes taken`),
  queued: (id: string) => say(250, "2.0.0", `Queued as ${id}`),
  help: (verbs: readonly string[]) => say(214, "2.0.0", `Known: ${verbs.join(" ")}`),

  noVerify: say(252, "2.5.0", "Addresses are not told, but mail for them is taken"),
  noLists: say(502, "5.5.1", "Lists are not told"),
  noTurn: say(502, "5.5.1", "TURN is not done here"),
  noQueues: say(502, "5.5.1", "No mail is held for ETRN here"),

  beginTls: say(220, "2.0.0", "Begin TLS now"),
  tlsAlready: say(503, "5.5.1", "This connection is under TLS already"),
  noCertificate: say(454, "4.7.0", "There is no certificate to begin TLS with"),
  /** RFC 3207 §4 */
  tlsFirst: say(530, "5.7.0", "Send STARTTLS first"),

  challenge: (text: string) => sayPlainly(334, text),
  welcome: say(235, "2.7.0", "Welcome"),
  loggedInAlready: say(503, "5.5.1", "You are logged in already"),
  /** RFC 4954 §6. For ports. */
  loginFirst: say(530, "5.7.0", "Log in first"),
  wrongPassword: say(535, "5.7.8", "The user name or the password is wrong"),
  mayNotLogIn: say(535, "5.7.8", "This account may not log in here"),
  encryptFirst: say(538, "5.7.11", "Send STARTTLS first"),
  noSuchMechanism: say(504, "5.5.4", "This mechanism is not known here"),
  loginGivenUp: say(501, "5.7.0", "Given up"),
  loginMalformed: (because: string) => say(501, "5.5.2", because),
  loginBusy: say(454, "4.7.0", "Too many log in at this moment, try again later"),
  loginBlocked: (until: string) => say(454, "4.7.0", `Too many failed logins: try again after ${until}`),

  /** RFC 5321 §3.6.2, §7.1. For ports. */
  noRelay: (address: string) => say(550, "5.7.1", `Unable to relay for ${address}`),
  noMailbox: (address: string) => say(550, "5.1.1", `There is no mailbox ${address} here`),
  noSpace: say(452, "4.3.1", "The disk of this server is nearly full, try again later"),
  trouble: say(451, "4.3.0", "The message cannot be kept at this moment, try again later"),

  unknown: say(500, "5.5.1", "Unknown command"),
  tooLong: say(500, "5.5.6", "The line is too long"),
  badLine: say(500, "5.5.2", "Lines end with CRLF and hold no other control characters"),
  noText: say(500, "5.5.2", "The line is neither ASCII nor UTF-8"),
  standsAlone: (verb: string) => say(501, "5.5.4", `${verb} stands alone`),
  syntax: (usage: string) => say(501, "5.5.4", `Usage: ${usage}`),
  badSender: (because: string) => say(501, "5.1.7", `The sender is no address: ${because}`),
  badRecipient: (because: string) => say(501, "5.1.3", `The recipient is no address: ${because}`),
  /** RFC 5321 §4.1.1.11 */
  unknownParameter: (name: string) => say(555, "5.5.4", `The parameter ${name} is not known here`),
  badParameter: (name: string) => say(501, "5.5.4", `The parameter ${name} is not as it should be`),
  /** RFC 6531 §3.5 */
  utf8Address: say(553, "5.6.7", "Such an address needs the parameter SMTPUTF8 of MAIL"),

  helloFirst: say(503, "5.5.1", "Send EHLO first"),
  mailFirst: say(503, "5.5.1", "Send MAIL first"),
  mailUnderWay: say(503, "5.5.1", "A message is under way: finish it, or send RSET"),
  chunksOnly: say(503, "5.5.1", "Send the rest of the message with BDAT, or RSET"),
  /** RFC 3030 §3 */
  binaryNeedsChunks: say(503, "5.5.1", "A message of the body BINARYMIME comes with BDAT"),
  noRecipients: say(554, "5.5.1", "No valid recipients"),

  tooManyRecipients: say(452, "4.5.3", "Too many recipients for one message, send the rest in another"),
  tooManyMessages: (name: string) => say(421, "4.7.0", `${name} takes no more messages on this connection`),
  sessionTooLarge: (name: string) => say(421, "4.3.4", `${name} takes no more bytes on this connection, open another`),
  tooManyErrors: (name: string) => say(421, "4.7.0", `${name} has seen too many errors on this connection`),
  tooLarge: (bytes: number) => say(552, "5.3.4", `The message is larger than the ${bytes} bytes that are taken here`),
  flawed: (flaw: BlockFlaw, line: number) =>
    say(554, "5.5.2", `Nothing was taken: line ${line} of the message ${flaws[flaw]}`),
  browser: say(554, "5.5.1", "This is a mail server, no web server"),
} as const satisfies Readonly<Record<string, Reply | ((...words: never[]) => Reply)>>;

const flaws = {
  "bare-lf": "ends with LF alone, and not with CRLF",
  "bare-cr": "holds a CR that is no line end",
  nul: "holds a NUL",
} as const satisfies Readonly<Record<BlockFlaw, string>>;
