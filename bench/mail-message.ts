// The messages of the mail benches: all alike but for a number, by which a sink knows each of them again.
export const NUMBER_FIELD = "X-Number: ";
const NUMBER_DIGITS = 9;

export interface MessageText {
  readonly text: Buffer;
  readonly numberAt: number;
}

/** Of so many bytes on the wire, and where its number goes. */
export function messageText(bytes: number): MessageText {
  const header = [
    "From: Some Machine <machine@plant.example>",
    "To: person@far.example",
    "Subject: Measured values of the night",
    "Date: Fri, 27 Nov 2026 10:00:00 +0000",
    "Message-ID: <measured.values@plant.example>",
    `${NUMBER_FIELD}${"0".repeat(NUMBER_DIGITS)}`,
    "",
    "",
  ].join("\r\n");
  const line = `${"The quick brown fox jumps over the lazy dog. ".repeat(2).slice(0, 74)}\r\n`;
  const body = line.repeat(Math.ceil(bytes / line.length)).slice(0, bytes - header.length - 2);
  const text = Buffer.from(`${header}${body}\r\n.\r\n`);
  return { text, numberAt: header.indexOf(NUMBER_FIELD) + NUMBER_FIELD.length };
}

export function numbered({ text, numberAt }: MessageText, number: number): Buffer {
  const own = Buffer.from(text);
  own.write(String(number).padStart(NUMBER_DIGITS, "0"), numberAt);
  return own;
}
