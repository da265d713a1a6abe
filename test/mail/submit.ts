// Hands a message to an SMTP server, word for word as it is told and without a program of others. Only for tests.
import { Peer } from "../program/peer.ts";

export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body, each line with the end of the wire; a dot at the beginning of a line is doubled here. */
  readonly text: string;
  /** Behind the address of MAIL and of each RCPT, such as " RET=HDRS". */
  readonly mailWords?: string;
  readonly rcptWords?: string;
}

/** The id in the queue that our server tells, anywhere in what was said. */
export const idIn = (said: string): string => /Queued as ([0-9a-z]+)/.exec(said)?.[1] ?? `none in ${said}`;

/** Its id in the queue; throws with the answer when it is not taken. */
export async function submit(port: number, letter: Letter): Promise<string> {
  const { from, to, text, mailWords = "", rcptWords = "" } = letter;
  using peer = await Peer.open(port);
  const must = async (line: string, code: string): Promise<string> => {
    const answer = await peer.ask(Buffer.from(line).toString("latin1"));
    if (!answer.startsWith(code)) throw new Error(`${line.slice(0, 80)}: ${answer}`);
    return answer;
  };
  await peer.line();
  peer.say("EHLO erp\r\n");
  await peer.hear("\r\n250 ");
  await peer.line();
  await must(`MAIL FROM:<${from}>${mailWords}`, "250");
  for (const it of to) await must(`RCPT TO:<${it}>${rcptWords}`, "250");
  await must("DATA", "354");
  const said = await must(`${text.replace(/^\./gm, "..")}.`, "250");
  peer.say("QUIT\r\n");
  return idIn(said);
}
