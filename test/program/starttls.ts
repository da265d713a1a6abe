// How each line protocol goes over to TLS, and what it answers to a command that does nothing. Data only, for tests.
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
