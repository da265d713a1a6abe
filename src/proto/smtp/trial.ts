// A test message as it is asked for, and all that is told of its way: what crosses between the service, the operations and
// the command. Data only.

export interface TrialQuestion {
  readonly to: string;
  /** Undefined: postmaster of the site. */
  readonly from: string | undefined;
  readonly subject: string | undefined;
  /** A route of the site, whatever mail it is for. */
  readonly route: string | undefined;
  /** Hosts that are asked whatever the settings say. */
  readonly host: string | undefined;
  /** The message is sent, rather than only asked whether it would be taken. */
  readonly send: boolean;
}

/** What happened, and how long it took since the step before. */
export type TrialStep = TrialHappening & { readonly tookMs: number };

export type TrialHappening =
  /** `id` is what logs call it. */
  | { readonly step: "message"; readonly from: string; readonly to: string; readonly id: string }
  | {
      readonly step: "way";
      readonly way: string;
      readonly because: string;
      /** null: the hosts that the domain of the recipient names. */
      readonly hosts: string | null;
      readonly tls: string;
      readonly login: string | null;
    }
  /** What is shown to hosts that ask for one. */
  | {
      readonly step: "certificate";
      readonly name: string;
      readonly names: readonly string[];
      readonly fingerprint: string;
      readonly notAfterMs: number;
    }
  /** What was asked of DNS, and found or not. */
  | {
      readonly step: "lookup";
      readonly records: "MX" | "addresses";
      readonly name: string;
      readonly found: readonly string[];
      readonly trouble: string | null;
    }
  | { readonly step: "connect"; readonly remote: string }
  /** `doubt`: why the certificate proves nothing. */
  | { readonly step: "tls"; readonly protocol: string; readonly cipher: string; readonly doubt: string | null }
  /** Without secrets. */
  | { readonly step: "said"; readonly line: string }
  | {
      readonly step: "heard";
      /** What it answers; "" for a greeting, and for the text. */
      readonly to: string;
      readonly code: number;
      /** As they came, but for the code. */
      readonly lines: readonly string[];
    }
  /** The text of the message begins. */
  | { readonly step: "text"; readonly bytes: number }
  /** What happened on the connection, or is so, in words. */
  | { readonly step: "note"; readonly words: string };

/** Where it ended, when it did not end well. */
export type TrialStage =
  | "certificate"
  | "lookup"
  | "connect"
  | "greeting"
  | "hello"
  | "secure"
  | "login"
  | "sender"
  | "recipient"
  | "text";

export interface TrialEnd {
  /** "refused" is what a server says; "unreached" is that none could say anything, or anything more. */
  readonly outcome: "taken" | "would-be-taken" | "refused" | "unreached";
  readonly stage: TrialStage | null;
  /** "mx1.example.org [192.0.2.1]:25"; "" where nobody was asked. */
  readonly remote: string;
  readonly words: string;
  /** The name that the server gave it, where it says one. */
  readonly queueId: string | null;
  readonly remedy: string | null;
}
