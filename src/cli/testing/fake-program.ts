// A small program for tests: two services, a handful of events, and a server whose answers the test writes down. It
// keeps every call, so that a test can say what was asked and what was not.
import { about, fault } from "../../base/fault.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { bad, expectGood, good, type Result } from "../../base/result.ts";
import { catalogue } from "../../event/catalogue.ts";
import { event } from "../../event/event.ts";
import { readKnowledge } from "../../event/knowledge.ts";
import { list } from "../../schema/kinds/group.ts";
import { reference, secret } from "../../schema/kinds/link.ts";
import { byteSize, duration } from "../../schema/kinds/measure.ts";
import { binding } from "../../schema/kinds/network.ts";
import { choice, flag, text } from "../../schema/kinds/plain.ts";
import { collection, model, section, setting } from "../../schema/section.ts";
import type { AnswerMeaning } from "../../service/answer-meaning.ts";
import type { NoClient } from "../../supervisor/open-client.ts";
import { needed, type Operation, type Refusal, refusal } from "../../supervisor/operation.ts";
import type { Program } from "../program.ts";

const facts = { since: "0.1", applies: "live" } as const;
const idleTimeout = setting(duration({ min: "1s", max: "1d" }), {
  ...facts,
  fallback: "10m",
  doc: "How long a connection may be silent before it is closed.",
  iis: { name: "ConnectionTimeout", id: 1013 },
});
const smtpSite = section("smtpSite", "An SMTP site.", {
  idleTimeout,
  bindings: setting(list(binding, { max: 8 }), {
    ...facts,
    applies: "site-restart",
    fallback: [],
    doc: "Where it listens.",
  }),
  smartHostPassword: setting(secret, { ...facts, fallback: null, doc: "The password for the smart host." }),
  relay: setting(choice(["none", "authenticated", "listed"]), { ...facts, fallback: "none", doc: "Who may send on." }),
  banner: setting(text(), { ...facts, fallback: "", doc: "What clients are greeted with; empty for the usual." }),
  next: setting(reference("smtp/sites"), {
    ...facts,
    fallback: null,
    doc: "The site that takes what this one cannot.",
  }),
});
export const smtp = section(
  "smtp",
  "The SMTP service.",
  {
    idleTimeout,
    messageBytesMax: setting(byteSize({ max: "4GiB" }), { ...facts, fallback: "32MiB", doc: "Largest message." }),
  },
  { sites: collection(smtpSite, { doc: "SMTP sites." }) },
);
const www = section(
  "www",
  "The WWW service.",
  { idleTimeout },
  {
    sites: collection(
      section("wwwSite", "A web site.", {
        idleTimeout,
        enabled: setting(flag, { ...facts, fallback: true, doc: "Whether it serves." }),
      }),
      {
        doc: "Web sites.",
      },
    ),
  },
);
export const smallModel = model([smtp, www]);

export const smallCatalogue = catalogue({
  net: {
    portTaken: event(
      4000,
      "error",
      "address",
      "Cannot listen on {object}: {holder} holds the port.",
      "Stop it, or bind another port.",
      "port-in-use",
    ),
    listening: event(4001, "info", "address", "Listening on {object}."),
  },
});

const article = `---
title: Another program holds the port
identifiers:
  - "address already in use"
  - "WAS 4001"
---

## Symptoms
The site does not start, and \`inetsrv status\` says that a process holds its port. Somebody sees this sentence wrapped.

## Cause
Only one program can listen.

## See it
\`\`\`
inetsrv status
\`\`\`

## Mend it
- Stop the other program.
- Or bind another port.

## What inetsrv does about it
It tries again.
`;

const unknownType: AnswerMeaning = {
  answer: "404.3 Not Found",
  because: "The extension is not known.",
  settings: ["www/mimeMap"],
  remedy: "Add a row for it.",
};

export const smallOperations: readonly Operation<never>[] = [
  { name: "status.show", reads: true, doc: "Everything on one page.", takes: {}, run: () => good({}) },
  {
    name: "server.down",
    reads: false,
    doc: "Ends the server.",
    takes: { who: needed(text({ min: 1, max: 200 }), "Who asks, for the log.") },
    run: () => good({}),
  },
];

export interface Call {
  readonly operation: string;
  readonly given: JsonObject;
}
type Tell = (step: Json) => void;
type Answer = unknown | ((given: JsonObject, tell: Tell) => unknown);

export interface FakeProgram extends Program {
  readonly calls: Call[];
  /** How many clients are open; none may be left. */
  readonly open: { count: number };
}

export interface ProgramOptions {
  /** Answers by operation; a refusal is made by `refused`. */
  readonly answers?: Readonly<Record<string, Answer>>;
  /** Whether a server runs; a function is asked each time. */
  readonly online?: boolean | (() => boolean);
  /** Why the home itself cannot be used either. */
  readonly broken?: NoClient;
  readonly overrides?: Partial<Program>;
}

const marker = Symbol("refused");
export const refused = (it: Refusal) => ({ [marker]: it });

export function fakeProgram({ answers = {}, online = true, broken, overrides = {} }: ProgramOptions = {}): FakeProgram {
  const calls: Call[] = [];
  const open = { count: 0 };
  const isOnline = typeof online === "function" ? online : () => online;
  return {
    version: "0.1.0",
    files: { version: "0.1.0", root: "/nowhere", executable: undefined, build: "" },
    model: smallModel,
    operations: smallOperations,
    catalogue: smallCatalogue,
    knowledge: () => expectGood(readKnowledge({ "port-in-use.md": article }, smallCatalogue)),
    explainAnswer: (text) => (text.includes("404.3") ? [unknownType] : []),
    calls,
    open,
    async openClient(home, { offline }) {
      const up = isOnline();
      if (!up && offline === "refused") return bad({ is: "not-running", fault: noServer(home.root) });
      if (!up && broken !== undefined) return bad(broken);
      open.count++;
      return good({
        online: up,
        call: async (operation, given, tell = () => {}): Promise<Result<Json, Refusal>> => {
          calls.push({ operation, given });
          const answer = answers[operation];
          const value: unknown = typeof answer === "function" ? answer(given, tell) : answer;
          if (typeof value === "object" && value !== null && marker in value) return bad(value[marker] as Refusal);
          return value === undefined ? bad(refusal("unknown", `No answer for ${operation}`)) : good(value as Json);
        },
        close: async () => {
          open.count--;
        },
      });
    },
    doctor: {
      checks: () => [{ name: "ports", title: "addresses" }],
      consult: async () => ({ healthy: true, tookMs: 5, findings: [], checked: [] }),
      undo: () => bad(refusal("unknown", "Nothing was mended that could be undone")),
    },
    init: async (home) => good({ home: home.root, recoveryKey: "AGE-SECRET-KEY-1EXAMPLE" }),
    formats: {
      show: () =>
        good({ metabase: { found: 2, writes: 2, reads: [1, 2] }, spool: { found: null, writes: 1, reads: [1] } }),
      write: (home) => bad({ is: "failed", fault: noServer(home.root) }),
    },
    up: async () => 0,
    succeed: async () => 0,
    ...overrides,
  };
}

const noServer = (root: string) =>
  fault(about("home", root), `Cannot reach a server on ${root}`, "no server is running there", "Start it: inetsrv up");
