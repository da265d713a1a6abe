// What a site forgives of clients that do not speak as the RFC says: one switch for each way in which real devices err.
// Data only; none of them lets a message end anywhere but at CRLF . CRLF.

export interface Leniency {
  /** `MAIL FROM: <a@b>`: most scripts that speak SMTP by hand, and old mail programs. */
  readonly spaceBeforePath: boolean;
  /** `MAIL FROM:a@b`: monitoring boxes and printers. */
  readonly missingBrackets: boolean;
  /** `HELO` alone. */
  readonly helloWithoutName: boolean;
  /** `HELO my_printer`, `HELO Floor 2`: the name that somebody gave the device. */
  readonly oddHelloName: boolean;
  /** MAIL as the first command of all. */
  readonly withoutHello: boolean;
  /** `RCPT TO:<fred>`: the domain of the site is meant, as IIS had it. */
  readonly bareAddresses: boolean;
  /** `john.@example.jp`, `a@my_host.example`: addresses that exist although they should not. */
  readonly looseAddresses: boolean;
  /** Lines that LF alone ends, in commands and in texts, where each becomes CRLF. */
  readonly bareLf: boolean;
}

const all = (forgiven: boolean): Leniency => ({
  spaceBeforePath: forgiven,
  missingBrackets: forgiven,
  helloWithoutName: forgiven,
  oddHelloName: forgiven,
  withoutHello: forgiven,
  bareAddresses: forgiven,
  looseAddresses: forgiven,
  bareLf: forgiven,
});

export const strict: Leniency = all(false);
export const lenient: Leniency = all(true);
