// The life of a server from the lock of its home to its orderly end: what is opened in which order, and what is said
// when a step cannot be done. The steps themselves live in their rooms.

import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault } from "../base/fault.ts";
import { type Home, roomPath } from "../base/home.ts";
import { good, type Result } from "../base/result.ts";
import { traceOf } from "../base/thrown.ts";
import { type Occurrence, reporter } from "../event/event.ts";
import { EventLog } from "../event/event-log.ts";
import { fromLevel } from "../event/level-sink.ts";
import { screenSink } from "../event/screen-sink.ts";
import type { ReleaseIdentity } from "../ipc/messages.ts";
import { inheritedSockets } from "../net/system/inherited-sockets.ts";
import { notify, watchdogMs } from "../net/system/notify.ts";
import type { Model } from "../schema/section.ts";
import type { Service } from "../service/service.ts";
import type { ServerStatus } from "./answers.ts";
import { certificateKeeper, certificateTelling } from "./certificate-keeping.ts";
import { type Checks, Configuration } from "./configuration.ts";
import { openControlServer } from "./control-server.ts";
import { supervisorEvents } from "./events.ts";
import { tryToGiveFolder } from "./give-folder.ts";
import { lackOfHome, makeHome } from "./home-folders.ts";
import { type Holder, holdHomePatiently } from "./home-holder.ts";
import { LoginDesk } from "./login-desk.ts";
import { openMailDesk } from "./mail/open-mail-desk.ts";
import { MetricsListener } from "./metrics/metrics-listener.ts";
import { EventCounts } from "./metrics/metrics-own.ts";
import { MetricsReport } from "./metrics/metrics-report.ts";
import type { Operation } from "./operation.ts";
import type { Configured } from "./operations/configured.ts";
import type { Measuring } from "./operations/metrics-operations.ts";
import type { Running } from "./operations/service-operations.ts";
import { serverSection } from "./server-settings.ts";
import { chooseServiceUser, lookUpUser, noServiceUser } from "./service-user.ts";
import { controlSocketPath, Supervisor } from "./supervisor.ts";

export interface ServerParts {
  readonly home: Home;
  readonly version: string;
  readonly model: Model;
  readonly checks: Checks;
  readonly services: readonly Service[];
  readonly operations: readonly Operation<Running & Configured & Measuring>[];
  readonly clock: Clock;
  /** The command line of this program, to which a role is added. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  identity(): ReleaseIdentity;
}

export interface ServerHooks {
  started(status: ServerStatus): void;
  failed(fault: Fault): void;
}

/** What the process ends with; the command line gives them their meaning in its table of exit codes. */
export type ServerEnd = "ended" | "failed" | "held";

/** EX_SOFTWARE of sysexits: a manager that restarts on failure does so. */
const FAULT_EXIT_CODE = 70;
/** A command that has the home for a moment is waited for so long. */
const COMMANDS_TAKE_MS = 5000;
/** A second signal within this time is taken for the same one: managers signal the whole group. */
const SAME_SIGNAL_MS = 2000;

export async function runServer(parts: ServerParts, hooks: ServerHooks): Promise<ServerEnd> {
  const { home, clock } = parts;
  const lack = lackOfHome(home);
  if (lack !== undefined) {
    hooks.failed(lack);
    return "failed";
  }
  const held = await holdHomePatiently(home, clock, COMMANDS_TAKE_MS);
  if (!held.ok) {
    hooks.failed(held.error.fault);
    return held.error.is === "held" ? "held" : "failed";
  }
  try {
    // Folders that do not matter, such as run/ and cache/, may be missing after a move.
    const folders = makeHome(home);
    const opened = folders.ok ? await openHome(parts, held.value.fallen) : folders;
    if (!opened.ok) {
      hooks.failed(opened.error);
      return "failed";
    }
    const { configuration, log, events } = opened.value;
    const spare = endOnFault(log);
    const failed = await serve(parts, hooks, configuration, log, events, () => held.value.tellEnding());
    await configuration.close();
    spare();
    log.close();
    if (failed === undefined) return "ended";
    hooks.failed(failed);
    return "failed";
  } finally {
    held.value.release();
  }
}

/** Configuration and log; the log's own limits are settings, so what is told before they are known waits for it. */
async function openHome(
  { home, version, model, checks, clock, environment }: ServerParts,
  fallen: Holder | undefined,
): Promise<
  Result<{ readonly configuration: Configuration; readonly log: EventLog; readonly events: EventCounts }, Fault>
> {
  const early: Occurrence[] = [];
  let write = (it: Occurrence): unknown => early.push(it);
  const report = reporter("server", clock.wallMs, (it) => write(it));
  if (fallen !== undefined) report(supervisorEvents.fallenServer, about("home", home.root), { pid: fallen.pid });
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

/** From an open home to the end of the server; what kept it from serving, if anything did. */
async function serve(
  parts: ServerParts,
  hooks: ServerHooks,
  configuration: Configuration,
  log: EventLog,
  events: EventCounts,
  tellEnding: () => void,
): Promise<Fault | undefined> {
  const { home, version, services, operations, clock, environment, command } = parts;
  const report = log.reportFor("server");
  const user = chooseServiceUser(process.getuid?.(), configuration.serviceUser, lookUpUser, report);
  if (user === "missing") return noServiceUser(configuration.serviceUser);
  tryToGiveFolder(roomPath(home, "spool"), user);

  await configuration.holdSecrets();
  const certificates = certificateKeeper(configuration, home, clock);
  const logins = new LoginDesk(configuration.metabase, clock, report);

  const listener = new MetricsListener({
    clock,
    report,
    plan: () => configuration.metabase.values("server", serverSection),
    text: () => metrics.text(),
  });
  const release = parts.identity();
  const write = (it: Occurrence) => log.write(it);
  const supervisor = new Supervisor({
    home,
    version,
    release,
    services,
    plans: configuration,
    clock,
    command,
    user,
    inherited: inheritedSockets(environment, process.pid, report),
    logins,
    certificates: () => ({ set: certificates.serving, removed: [], fallback: certificates.fallback }),
    faults: () => [...listener.faults, ...certificates.faults],
    reportFor: (service) => log.reportFor(service),
    write,
  });
  const metrics = new MetricsReport({
    supervisor,
    clock,
    events,
    certificates: () => certificates.serving.map(({ name, notAfterMs }) => ({ name, validUntilMs: notAfterMs })),
  });
  logins.onChange(() => supervisor.renewAccounts());
  configuration.onChange((concerned) => {
    void certificates.look();
    supervisor.renew(concerned);
    listener.renew();
  });

  const ending = Promise.withResolvers<string>();
  const down = (by: string) => ending.resolve(by);
  const mail = openMailDesk({ home, clock, report, command, identity: () => release, write });
  const control = openControlServer(
    controlSocketPath(home),
    operations,
    {
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
      lookAtKeys: () => configuration.lookAtKeys(),
    },
    version,
    (operation, error) => {
      const because = traceOf(error);
      report(supervisorEvents.controlAnswerFailed, about("command", operation), { because });
    },
  );
  if (!control.ok) return noControl(home, control.error);
  const signals = listenForSignals(clock, down, () => supervisor.abandon());

  listener.renew();
  await certificates.start(certificateTelling(home, clock, report), (it) => supervisor.renewCertificates(it));
  await Promise.race([supervisor.start(), ending.promise]);
  const { revision } = configuration;
  report(supervisorEvents.serverUp, about("home", home.root), { version, revision });
  log.flush();
  hooks.started(supervisor.status());
  const alive = tellManager(environment, clock);

  const by = await ending.promise;
  tellEnding();
  notify(environment, { kind: "stopping" });
  report(supervisorEvents.serverEnds, about("home", home.root), { by });
  await supervisor.stop(by);
  listener.close();
  certificates.close();
  await logins.close();
  alive();
  signals();
  await control.value.close();
  await mail.close();
  report(supervisorEvents.serverDown, about("home", home.root));
  return undefined;
}

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

/** Ready, and from then on alive as often as the manager wants to hear it; the answer ends that. */
function tellManager(environment: ServerParts["environment"], clock: Clock): () => void {
  notify(environment, { kind: "ready" });
  const periodMs = watchdogMs(environment, process.pid);
  if (periodMs === undefined) return () => {};
  let cancel = () => {};
  const tell = () => {
    notify(environment, { kind: "alive" });
    cancel = clock.after(periodMs / 2, tell);
  };
  tell();
  return () => cancel();
}

/** The first signal ends the server in order, a later second one at once. */
function listenForSignals(clock: Clock, down: (by: string) => void, abandon: () => void): () => void {
  const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
  let firstMs: number | undefined;
  const handlers = signals.map((signal) => {
    const handler = () => {
      const now = clock.steadyMs();
      if (firstMs === undefined) {
        firstMs = now;
        down(`signal ${signal}`);
      } else if (now - firstMs > SAME_SIGNAL_MS) abandon();
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => {
    for (const remove of handlers) remove();
  };
}

const noControl = (home: Home, because: string): Fault =>
  fault(
    about("file", roomPath(home, "run", "control.sock")),
    "Cannot open the control socket",
    because,
    `See that ${roomPath(home, "run")} can be written by this user`,
  );
