// What a verb runs with, and the two ways it talks to a server. The operations' answers get their types here, once.
import type { Home } from "../base/home.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { bad, type Result } from "../base/result.ts";
import type { UrlAnswer } from "../proto/http/url-question.ts";
import type { RelayAnswer } from "../proto/smtp/relay-question.ts";
import type { TrialEnd } from "../proto/smtp/trial.ts";
import type { Resealed } from "../seal/reseal.ts";
import type { KeyStatus } from "../seal/status.ts";
import type {
  ChangeAnswer,
  ConfigNode,
  ConfigValue,
  NodeChange,
  RevisionSummary,
  ServerStatus,
} from "../supervisor/answers.ts";
import type { MetricsAnswer } from "../supervisor/metrics/metrics-answer.ts";
import type { NoClient, OpenClient } from "../supervisor/open-client.ts";
import type { Client, Refusal } from "../supervisor/operation.ts";
import type {
  BlockAnswer,
  GrantAnswer,
  GroupSummary,
  ImportAnswer,
  UserAnswer,
  UserSummary,
} from "../supervisor/operations/account-answers.ts";
import type { BadmailDetails, BadmailList } from "../supervisor/operations/badmail-answers.ts";
import type {
  AddedCertificate,
  CertificateAnswer,
  CertificateDetails,
} from "../supervisor/operations/certificate-answers.ts";
import type {
  Count,
  MailFound,
  MessagePiece,
  QueuePage,
  Story,
  SummaryRow,
} from "../supervisor/operations/queue-answers.ts";
import type { AddedWebsite, WebsiteAnswer } from "../supervisor/operations/website-answers.ts";
import type { Succeeded } from "../supervisor/succession/succession-desk.ts";
import type { TraceAnswer } from "../supervisor/trace/trace-answer.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import type { Output } from "./output.ts";
import type { Program } from "./program.ts";
import type { World } from "./world.ts";

export interface Context {
  readonly program: Program;
  readonly world: World;
  readonly home: Home;
  readonly out: Output;
}

export interface ReplacedKey extends Resealed {
  /** The id of the new machine key. */
  readonly machine?: string;
  /** A new recovery key, to be shown this once. */
  readonly recoveryKey?: string;
}

/** Operation to what it answers. */
interface Answers {
  "status.show": ServerStatus;
  "server.down": Json;
  "server.release.activate": Succeeded;
  "server.release.rollback": Succeeded;
  "service.start": Json;
  "service.stop": Json;
  "service.restart": Json;
  "service.pause": Json;
  "service.continue": Json;
  "metrics.show": MetricsAnswer;
  "metrics.text": { readonly text: string };
  "config.show": ConfigNode;
  "config.get": ConfigValue;
  "config.names": readonly string[];
  "config.change": ChangeAnswer;
  "config.apply": ChangeAnswer;
  "config.revert": ChangeAnswer;
  "config.confirm": { readonly revision: number };
  "config.history": readonly RevisionSummary[];
  "config.revision": RevisionSummary & { readonly changed: readonly NodeChange[] };
  "config.difference": readonly NodeChange[];
  "config.export": JsonObject;
  "certificate.list": readonly CertificateAnswer[];
  "certificate.show": CertificateDetails;
  "certificate.add": AddedCertificate;
  "certificate.follow": AddedCertificate;
  "certificate.make": AddedCertificate;
  "certificate.remove": Json;
  "user.list": readonly UserSummary[];
  "user.show": UserAnswer;
  "user.may": { readonly allowed: boolean; readonly enabled: boolean; readonly because: string };
  "user.add": ChangeAnswer & { readonly password?: string };
  "user.password": ChangeAnswer & { readonly password?: string };
  "user.enable": ChangeAnswer;
  "user.disable": ChangeAnswer;
  "user.remove": ChangeAnswer;
  "user.allow": GrantAnswer;
  "user.deny": GrantAnswer;
  "user.import": ImportAnswer;
  "user.blocks": readonly BlockAnswer[];
  "user.unblock": { readonly lifted: readonly BlockAnswer[] };
  "group.list": readonly GroupSummary[];
  "group.add": ChangeAnswer;
  "group.remove": ChangeAnswer;
  "group.allow": GrantAnswer;
  "group.deny": GrantAnswer;
  "group.join": ChangeAnswer;
  "group.leave": ChangeAnswer;
  "keys.status": KeyStatus;
  "keys.rotate": ReplacedKey;
  "keys.reseal": Resealed;
  "keys.recover": ReplacedKey;
  "keys.export": { readonly text: string };
  "trace.find": TraceAnswer;
  "queue.summary": readonly SummaryRow[];
  "queue.find": QueuePage;
  "queue.count": Count;
  "queue.order": Count;
  "queue.piece": MessagePiece;
  "mail.find": MailFound;
  "mail.story": Story;
  "badmail.list": BadmailList;
  "badmail.show": BadmailDetails;
  "badmail.resend": { readonly folder: string; readonly file: string };
  "badmail.delete": { readonly id: string };
  "smtp.why": RelayAnswer;
  "smtp.test": TrialEnd;
  "www.why": UrlAnswer;
  "website.list": readonly WebsiteAnswer[];
  "website.add": AddedWebsite;
}
export type OperationName = keyof Answers;

/** Parameters that are undefined are left out. */
export type Parameters = Readonly<Record<string, Json | undefined>>;

export async function ask<Name extends OperationName>(
  client: Client,
  operation: Name,
  parameters: Parameters = {},
  tell?: (step: Json) => void,
): Promise<Result<Answers[Name], Refusal>> {
  const stated = Object.entries(parameters).flatMap(([key, it]) => (it === undefined ? [] : [[key, it] as const]));
  const answer = await client.call(operation, Object.fromEntries(stated), tell);
  return answer as Result<unknown, Refusal> as Result<Answers[Name], Refusal>;
}

/** Opens a client for as long as `use` runs. `offline` is refused where only a running server can answer. */
export async function withClient(
  context: Context,
  offline: "allowed" | "refused",
  use: (client: OpenClient) => Promise<number>,
): Promise<number> {
  const opened = await context.program.openClient(context.home, { offline });
  if (!opened.ok) return noClient(context, opened.error);
  try {
    return await use(opened.value);
  } finally {
    await opened.value.close();
  }
}

const codeWithout: Readonly<Record<NoClient["is"], ExitCode>> = {
  "not-running": exitCodes.notRunning,
  busy: exitCodes.conflict,
  broken: exitCodes.failed,
};

/** Tells why there is no client. */
export const noClient = ({ out }: Context, { is, fault }: NoClient): ExitCode => out.failed(fault, codeWithout[is]);

/** Why there is no answer; it is printed already. */
export interface Told {
  readonly code: ExitCode;
  readonly refusal?: Refusal;
}

/** One question to a client of its own. */
export async function askOnce<Name extends OperationName>(
  context: Context,
  offline: "allowed" | "refused",
  operation: Name,
  parameters: Parameters,
): Promise<Result<Answers[Name], Told>> {
  const { program, home, out } = context;
  const opened = await program.openClient(home, { offline });
  if (!opened.ok) return bad({ code: noClient(context, opened.error) });
  const answer = await ask(opened.value, operation, parameters).finally(() => opened.value.close());
  return answer.ok ? answer : bad({ code: out.refused(answer.error), refusal: answer.error });
}

/** The most frequent verb: one question, one answer, shown. */
export async function answerOf<Name extends OperationName>(
  context: Context,
  offline: "allowed" | "refused",
  operation: Name,
  parameters: Parameters,
  show: (answer: Answers[Name]) => void,
  code: (answer: Answers[Name]) => ExitCode = () => exitCodes.done,
): Promise<number> {
  const answer = await askOnce(context, offline, operation, parameters);
  if (!answer.ok) return answer.error.code;
  show(answer.value);
  return code(answer.value);
}
