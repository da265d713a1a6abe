// The steps of a test message as lines, one or a few for each, and the last line that says what came of it. Lines only.
import { dayOf } from "../../certificate/judge.ts";
import type { TrialEnd, TrialStage, TrialStep } from "../../proto/smtp/trial.ts";
import { type Line, type Span, type Tone, toned } from "../look/line.ts";
import { padTo, wrap } from "../look/wrap.ts";

/** The words at the beginning of a line are as wide as the longest of them. */
const LABEL_WIDTH = 9;
/** What takes so long is worth being told. */
const SLOW_MS = 1000;

export function stepLines(step: TrialStep, width: number | undefined): readonly Line[] {
  const { label, tone: labelTone, told } = shown(step);
  const slow = step.tookMs < SLOW_MS ? "" : ` (after ${(step.tookMs / 1000).toFixed(1)} s)`;
  const spans = told.flatMap(({ text, tone }, index): readonly Span[] => {
    const whole = index === told.length - 1 ? text + slow : text;
    const pieces = width === undefined ? [whole] : wrap(whole, width - LABEL_WIDTH);
    return tone === undefined ? pieces : pieces.map((it) => toned(tone, it));
  });
  const first = toned(labelTone, padTo(label, LABEL_WIDTH));
  return spans.map((it, index) => [index === 0 ? first : padTo("", LABEL_WIDTH), it]);
}

interface Told {
  readonly text: string;
  readonly tone?: Tone;
}
interface Shown {
  readonly label: string;
  readonly tone: Tone;
  readonly told: readonly Told[];
}

const titled = (label: string, ...told: readonly Told[]): Shown => ({ label, tone: "strong", told });

function shown(it: TrialStep): Shown {
  switch (it.step) {
    case "message":
      return titled("Message", { text: `${it.id} from <${it.from}> to <${it.to}>` });
    case "way":
      return titled(
        "Way",
        { text: `${it.way}${it.hosts === null ? "" : ` ${it.hosts}`}, as ${it.because}` },
        { text: `TLS ${it.tls}, ${it.login === null ? "no login" : `login as ${it.login}`}`, tone: "dim" },
      );
    case "certificate": {
      const names = it.names.length === 0 ? "" : ` for ${it.names.join(", ")}`;
      return titled(
        "Shows",
        { text: `certificate ${it.name}${names}, until ${dayOf(it.notAfterMs)}` },
        { text: `SHA-256 ${it.fingerprint}`, tone: "dim" },
      );
    }
    case "lookup": {
      const asked = `${it.name} ${it.records}`;
      if (it.trouble !== null) return titled("DNS", { text: `${asked}: ${it.trouble}`, tone: "warn" });
      return titled("DNS", { text: `${asked}: ${it.found.join(", ") || "nothing"}` });
    }
    case "connect":
      return titled("Connect", { text: it.remote });
    case "tls":
      return titled(
        "TLS",
        { text: `${it.protocol} with ${it.cipher}` },
        it.doubt === null
          ? { text: "Its certificate proves who it is", tone: "good" }
          : { text: `Nothing proves who it is: ${it.doubt}`, tone: "warn" },
      );
    case "said":
      return { label: arrow(">"), tone: "dim", told: [{ text: it.line, tone: "dim" }] };
    case "heard": {
      const tone = toneOf(it.code);
      const last = it.lines.length - 1;
      const told = it.lines.map((line, index) => `${it.code}${index < last ? "-" : " "}${line}`);
      return {
        label: arrow("<"),
        tone: tone ?? "dim",
        told: told.map((text) => (tone === undefined ? { text } : { text, tone })),
      };
    }
    case "text":
      return { label: arrow(">"), tone: "dim", told: [{ text: `${it.bytes} bytes of text`, tone: "dim" }] };
    case "note":
      return { label: arrow("!"), tone: "warn", told: [{ text: it.words, tone: "warn" }] };
    default:
      return it satisfies never;
  }
}

const arrow = (sign: string): string => padTo(sign, LABEL_WIDTH - 1, "right");

/** What goes well needs no colour. */
const toneOf = (code: number): Tone | undefined => (code >= 500 ? "bad" : code >= 400 ? "warn" : undefined);

export function endLines(end: TrialEnd, width: number | undefined): readonly Line[] {
  const { verdict, tone, text } = endText(end);
  const [first = "", ...more] = width === undefined ? [verdict + text] : wrap(verdict + text, width);
  return ["", [toned(tone, first.slice(0, verdict.length)), first.slice(verdict.length)], ...more];
}

function endText({ outcome, stage, remote, words, queueId, remedy }: TrialEnd): {
  readonly verdict: string;
  readonly tone: Tone;
  readonly text: string;
} {
  switch (outcome) {
    case "taken":
      return { verdict: "Taken", tone: "good", text: ` by ${remote}${queueId === null ? "" : ` as ${queueId}`}.` };
    case "would-be-taken":
      return { verdict: "Would be taken", tone: "good", text: ` by ${remote}. Nothing was sent.` };
    case "refused":
    case "unreached": {
      const what = stage === null ? "" : ` ${stages[stage](remote)}`;
      return {
        verdict: "Not taken",
        tone: "bad",
        text: `:${what} ${ended(words)}${remedy === null ? "" : ` ${remedy}`}`,
      };
    }
    default:
      return outcome satisfies never;
  }
}

const ended = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`);

/** To be read before the words of the server, or ours. */
const stages: Readonly<Record<TrialStage, (remote: string) => string>> = {
  certificate: () => "nobody was asked, as",
  lookup: () => "no host was found.",
  connect: (remote) => `no connection to ${remote}.`,
  greeting: (remote) => `${remote} sends us away:`,
  hello: (remote) => `${remote} does not greet us:`,
  secure: (remote) => `no safe connection to ${remote}.`,
  login: (remote) => `no login at ${remote}:`,
  sender: (remote) => `${remote} refuses the sender:`,
  recipient: (remote) => `${remote} refuses the recipient:`,
  text: (remote) => `${remote} refuses the message:`,
};
