// The time in which a process has the home and serves: from the opened configuration to the end of the server, or until the
// home is on its way to another one. The steps themselves live in their rooms.
import { CLOCK_TOLERATED_MS, type Clock } from "../base/clock.ts";
import { about, type Fault, fault } from "../base/fault.ts";
import { type Home, roomPath } from "../base/home.ts";
import { localTime } from "../base/local-time.ts";
import { good, type Result } from "../base/result.ts";
import { traceOf } from "../base/thrown.ts";
import { type Occurrence, type Report, reporter } from "../event/event.ts";
import { EventLog } from "../event/event-log.ts";
import { fromLevel } from "../event/level-sink.ts";
import { screenSink } from "../event/screen-sink.ts";
import { certificateKeeper, certificateTelling } from "./certificate-keeping.ts";
import { Configuration } from "./configuration.ts";
import { type ControlServer, openControlServer } from "./control-server.ts";
import { DoctorVisits } from "./doctor-visits.ts";
import { supervisorEvents } from "./events.ts";
import { tryToGiveFolder } from "./give-folder.ts";
import type { HandedSocket } from "./listener-table.ts";
import { LoginDesk } from "./login-desk.ts";
import { openMailDesk } from "./mail/open-mail-desk.ts";
import { MetricsListener } from "./metrics/metrics-listener.ts";
import { EventCounts } from "./metrics/metrics-own.ts";
import { MetricsReport } from "./metrics/metrics-report.ts";
import type { ServerParts } from "./server-parts.ts";
import type { Process } from "./server-process.ts";
import { serverSection } from "./server-settings.ts";
import { chooseServiceUser, lookUpUser, noServiceUser } from "./service-user.ts";
import type { Asked } from "./succession/messages.ts";
import { type Predecessor, Succeeding } from "./succession/succeeding.ts";
import { type GiveOrder, SuccessionDesk } from "./succession/succession-desk.ts";
import { controlSocketPath, Supervisor } from "./supervisor.ts";

/** What a turn begins with. */
export interface Beginning {
  sockets(report: Report): readonly HandedSocket[];
  readonly asked: readonly Asked[];
  /** Told while nobody had the log. */
  readonly events: readonly Occurrence[];
  /** Whoever had the home before in another process, and whose workers finish what they have. */
  readonly predecessor: Predecessor | undefined;
  /** What has led here, told first. */
  tell(report: Report): void;
  /** All that can serve does. */
  serves(): void;
}

/** What is left of a turn whose home is on its way: workers that finish, and somebody who waits for an answer. */
export interface Leaving {
  readonly supervisor: Supervisor;
  /** Its workers finish; resolves when they have. Others go on with the sockets. */
  drain(): Promise<void>;
  readonly control: Promise<void>;
  readonly desk: SuccessionDesk;
}

export type TurnEnd =
  | { readonly is: "ended" }
  | { readonly is: "failed"; readonly fault: Fault }
  | { readonly is: "given"; readonly order: GiveOrder; readonly leaving: Leaving };

type Ending = { readonly is: "down"; readonly by: string } | { readonly is: "give"; readonly order: GiveOrder };

/** EX_SOFTWARE of sysexits: a manager that restarts on failure does so. */
const FAULT_EXIT_CODE = 70;

export async function takeTurn(it: Process, beginning: Beginning): Promise<TurnEnd> {
  const opened = await openHome(it.parts, beginning);
  if (!opened.ok) return { is: "failed", fault: opened.error };
  const { configuration, log } = opened.value;
  const spare = endOnFault(log);
  const end = await serve(it, beginning, opened.value);
  it.decisions.suspend();
  await configuration.close();
  spare();
  log.close();
  return end;
}

interface OpenHome {
  readonly configuration: Configuration;
  readonly log: EventLog;
  readonly events: EventCounts;
}

/** Configuration and log; the log's own limits are settings, so what is told before they are known waits for it. */
async function openHome(
  { home, version, model, checks, clock, environment }: ServerParts,
  beginning: Beginning,
): Promise<Result<OpenHome, Fault>> {
  const early: Occurrence[] = [];
  let write = (it: Occurrence): unknown => early.push(it);
  const report = reporter("server", clock.wallMs, (it) => write(it));
  early.push(...beginning.events);
  beginning.tell(report);
  const opened = await Configuration.open({ home, version, model, checks, clock, report });
  const screen = fromLevel("notice", screenSink(process.stderr, environment));
  const limits = opened.ok ? opened.value.logLimits : {};
  const events = new EventCounts();
  const log = new EventLog(roomPath(home, "logs"), clock, { sinks: [screen, events], limits });
  for (const it of early) log.write(it);
  write = (it) => log.write(it);
  if (opened.ok) return good({ configuration: opened.value, log, events });
  log.close();
  return opened;
}

async function serve(it: Process, beginning: Beginning, { configuration, log, events }: OpenHome): Promise<TurnEnd> {
  const { parts, hooks, decisions, signals, manager } = it;
  const { home, version, services, operations, clock, command } = parts;
  const report = log.reportFor("server");
  const user = chooseServiceUser(process.getuid?.(), configuration.serviceUser, lookUpUser, report);
  if (user === "missing") return { is: "failed", fault: noServiceUser(configuration.serviceUser) };
  tryToGiveFolder(roomPath(home, "spool"), user);

  tellOfClock(configuration, clock, report);
  await configuration.holdSecrets();
  const certificates = certificateKeeper(configuration, home, clock);
  const logins = new LoginDesk(configuration.metabase, clock, report);
  const settings = () => configuration.metabase.values("server", serverSection);

  const listener = new MetricsListener({ clock, report, plan: settings, text: () => metrics.text() });
  const release = parts.identity();
  const write = (occurrence: Occurrence) => log.write(occurrence);
  const ending = Promise.withResolvers<Ending>();
  const down = (by: string) => ending.resolve({ is: "down", by });
  const give = (order: GiveOrder) => ending.resolve({ is: "give", order });
  const desk: SuccessionDesk = new SuccessionDesk({
    home,
    version,
    clock,
    report,
    command,
    releases: parts.releases,
    control: () => (control as { readonly value: ControlServer }).value,
    trialMs: () => settings().releaseTrial,
    give,
  });
  let isLeaving = false;
  // Services that end here go on elsewhere: their states are told by whoever has the home.
  const tell = (occurrence: Occurrence): void => {
    if (!isLeaving || !tellsState(occurrence)) decisions.write(occurrence);
  };
  let visits: DoctorVisits | undefined;
  const supervisor = new Supervisor({
    home,
    version,
    release,
    services,
    plans: configuration,
    clock,
    command,
    user,
    sockets: beginning.sockets(report),
    logins: decisions,
    certificates: () => ({ set: certificates.serving, removed: [], fallback: certificates.fallback }),
    faults: () => [...listener.faults, ...certificates.faults],
    trial: () => desk.trial ?? null,
    doctor: () => visits?.latest ?? null,
    reportFor: (service) => reporter(service, clock.wallMs, tell),
    write: tell,
  });
  const forgetNews = decisions.onRenewal(() => supervisor.renewAccounts());
  decisions.begin({
    answer: (service, question) => logins.answer(service, question),
    news: () => logins.news(),
    write,
  });
  const metrics = new MetricsReport({
    supervisor,
    clock,
    events,
    certificates: () => certificates.serving.map(({ name, notAfterMs }) => ({ name, validUntilMs: notAfterMs })),
  });
  logins.onChange(() => decisions.renew());
  configuration.onChange((concerned) => {
    void certificates.look();
    supervisor.renew(concerned);
    listener.renew();
  });

  const mail = openMailDesk({ home, clock, report, command, identity: () => release, write });
  const lookAtKeys = () => configuration.lookAtKeys();
  const context = {
    supervisor,
    logins,
    configuration,
    certificates,
    metrics,
    home,
    mail,
    clock,
    report,
    down,
    desk,
    lookAtKeys,
  };
  const failed = (operation: string, error: unknown): void => {
    const because = traceOf(error);
    report(supervisorEvents.controlAnswerFailed, about("command", operation), { because });
  };
  const socket = controlSocketPath(home);
  const madeAgain = () => report(supervisorEvents.controlSocketMade, about("home", home.root), { socket });
  const control = openControlServer(socket, operations, context, version, failed, { clock, madeAgain });
  if (!control.ok) return { is: "failed", fault: noControl(home, control.error) };
  signals.to(
    (signal) => down(`signal ${signal}`),
    () => supervisor.abandon(),
  );
  const succeeding =
    beginning.predecessor &&
    new Succeeding(beginning.predecessor, { it, desk, supervisor, logins, report, write, down, give });

  listener.renew();
  await certificates.start(certificateTelling(home, clock, report), (change) => supervisor.renewCertificates(change));
  await Promise.race([supervisor.start(beginning.asked), ending.promise]);
  const { revision } = configuration;
  report(supervisorEvents.serverUp, about("home", home.root), { version, revision });
  beginning.serves();
  visits = new DoctorVisits({ home, clock, report, command, everyMs: () => settings().doctorEvery });
  log.flush();
  hooks.started(supervisor.status());
  succeeding?.serves();
  // On trial another process speaks with the manager.
  if (desk.trial === undefined) manager.begin();

  const end = await ending.promise;
  if (end.is === "give") {
    isLeaving = true;
    signals.nobody();
    succeeding?.close();
    decisions.suspend();
    listener.close();
    visits?.close();
    certificates.close();
    const drain = () => supervisor.stop("another release").then(forgetNews);
    const leaving = { supervisor, drain, control: control.value.leave(), desk };
    await logins.close();
    await mail.close();
    return { is: "given", order: end.order, leaving };
  }
  desk.end();
  it.held.tellEnding();
  manager.say({ kind: "stopping" });
  succeeding?.ends(end.by);
  report(supervisorEvents.serverEnds, about("home", home.root), { by: end.by });
  await supervisor.stop(end.by);
  listener.close();
  visits?.close();
  certificates.close();
  await logins.close();
  await control.value.close();
  await mail.close();
  report(supervisorEvents.serverDown, about("home", home.root));
  return { is: "ended" };
}

function tellOfClock({ metabase }: Configuration, clock: Clock, report: Report): void {
  const { n: revision, atMs } = metabase.head;
  const nowMs = clock.wallMs();
  if (atMs <= nowMs + CLOCK_TOLERATED_MS) return;
  const facts = { now: localTime(nowMs), revision, made: localTime(atMs) };
  report(supervisorEvents.clockWentBack, about("process", "the clock of this machine"), facts);
}

const tellsState = ({ number }: Occurrence): boolean =>
  number === supervisorEvents.serviceState.number || number === supervisorEvents.siteState.number;

/**
 * What nobody caught is a bug: the state of this process is not to be trusted any more. It is told, and whoever watches
 * above starts another; the workers end with this one.
 */
function endOnFault(log: EventLog): () => void {
  const end = (error: unknown) => {
    const because = traceOf(error);
    log.reportFor("server")(supervisorEvents.programFault, about("process", String(process.pid)), { because });
    log.close();
    process.exit(FAULT_EXIT_CODE);
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
  return () => {
    process.off("uncaughtException", end);
    process.off("unhandledRejection", end);
  };
}

const noControl = (home: Home, because: string): Fault =>
  fault(
    about("file", roomPath(home, "run", "control.sock")),
    "Cannot open the control socket",
    because,
    `See that ${roomPath(home, "run")} can be written by this user`,
  );
