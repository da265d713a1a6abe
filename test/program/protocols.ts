// What tests say in each protocol: a question that may be asked by anybody and as often as one likes, and how a line
// protocol goes over to TLS. Data only, for tests.
export interface Going {
  /** How its greeting begins. */
  readonly greeting: string;
  readonly command: string;
  /** How the answer that wants the handshake begins. */
  readonly begin: string;
  readonly nothing: string;
  readonly nothingDone: string;
  /** As `openssl s_client -starttls` calls it. */
  readonly openssl: string;
}

export const starttls = {
  smtp: {
    greeting: "220 ",
    command: "STARTTLS",
    begin: "220 ",
    nothing: "NOOP",
    nothingDone: "250 ",
    openssl: "smtp",
  },
  nntp: { greeting: "201 ", command: "STARTTLS", begin: "382 ", nothing: "DATE", nothingDone: "111 ", openssl: "nntp" },
  ftp: { greeting: "220 ", command: "AUTH TLS", begin: "234 ", nothing: "NOOP", nothingDone: "200 ", openssl: "ftp" },
} as const satisfies Record<string, Going>;

/** On a connection that is kept: the question, and the end of its answer. */
export const questions = {
  www: { text: "GET / HTTP/1.1\r\nHost: mail.example\r\n\r\n", answer: "</html>\n" },
  smtp: { text: "NOOP\r\n", answer: "250 2.0.0 Done\r\n" },
  nntp: { text: "DATE\r\n", answer: "111 " },
  ftp: { text: "NOOP\r\n", answer: "200 Done\r\n" },
} as const;
