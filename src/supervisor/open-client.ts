// The way of a command to a home: over the control socket when a server has it, else by taking the home itself for as
// long as the command runs. Two that come at the same time wait for each other.
import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault } from "../base/fault.ts";
import { type Home, roomPath } from "../base/home.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import { EventLog } from "../event/event-log.ts";
import { fromLevel } from "../event/level-sink.ts";
import { screenSink } from "../event/screen-sink.ts";
import type { Releases } from "../ipc/installed-release.ts";
import type { ReleaseIdentity } from "../ipc/messages.ts";
import type { Model } from "../schema/section.ts";
import { otherOwner } from "./act-as-owner.ts";
import { certificateKeeper } from "./certificate-keeping.ts";
import { type Checks, Configuration } from "./configuration.ts";
import { ControlClient } from "./control-client.ts";
import { lackOfHome } from "./home-folders.ts";
import { type HeldHome, holdHome } from "./home-holder.ts";
import { openMailDesk } from "./mail/open-mail-desk.ts";
import {
  type Client,
  decodeParameters,
  type Operation,
  type Refusal,
  refusal,
  refusalOf,
  unfollowed,
} from "./operation.ts";
import type { AtHome } from "./operations/configured.ts";
import { chooseServiceUser, lookUpUser, noServiceUser, type ServiceUser } from "./service-user.ts";
import { controlSocketPath } from "./supervisor.ts";

/** A client that holds a connection, or the lock of the home, until it is closed. */
export interface OpenClient extends Client {
  close(): Promise<void>;
}

/** Why there is no client. */
export interface NoClient {
  /** Busy: another command, or a server that starts or stops, has the home. */
  readonly is: "not-running" | "busy" | "broken";
  readonly fault: Fault;
}

/** A server that starts or stops, or another command, is waited for so long. */
const WAIT_MS = 5000;
const LOOK_AGAIN_MS = 50;

export interface ClientWorld {
  readonly home: Home;
  readonly version: string;
  readonly model: Model;
  readonly checks: Checks;
  readonly clock: Clock;
  /** The command line of this program, to which a role is added. */
  readonly command: readonly string[];
  readonly releases: Releases;
  identity(): ReleaseIdentity;
  /** Those that need no running server. */
  readonly operations: readonly Operation<AtHome>[];
  /** What keeps this program from doing that operation. */
  readonly refuse?: (operation: string) => Fault | undefined;
  /** Called before anything is opened in the home: see act-as-owner.ts. A process of tests must stay who it is. */
  readonly actAsOwner?: (home: Home) => void;
  /** Called when root has left the home and goes on as the user of the services. As above, not in tests. */
  readonly layDownPrivileges?: (user: ServiceUser) => void;
}

export async function openClient(
  world: ClientWorld,
  offline: "allowed" | "refused",
): Promise<Result<OpenClient, NoClient>> {
  const opened = await reachHome(world, offline);
  if (!opened.ok) return opened;
  const client = opened.value;
  return good({
    ...client,
    call(operation, given, tell) {
      const fault = world.refuse?.(operation);
      return fault === undefined ? client.call(operation, given, tell) : Promise.resolve(bad(refusalOf(fault)));
    },
  });
}

async function reachHome(world: ClientWorld, offline: "allowed" | "refused"): Promise<Result<OpenClient, NoClient>> {
  const { home, clock } = world;
  const lack = lackOfHome(home);
  if (lack !== undefined) return bad({ is: "broken", fault: lack });
  // To a server that answers root speaks as root: its history says who it was.
  const answering = otherOwner(home.root) === undefined ? undefined : await answeringServer(home);
  if (answering !== undefined) return good(onlineClient(answering));
  world.actAsOwner?.(home);
  const endMs = clock.steadyMs() + WAIT_MS;
  for (;;) {
    const held = holdHome(home, "command", clock.wallMs());
    if (held.ok) {
      if (offline === "allowed") return offlineClient(world, held.value);
      held.value.release();
      return bad({ is: "not-running", fault: notRunning(home) });
    }
    if (held.error.is === "broken") return bad({ is: "broken", fault: held.error.fault });
    if (held.error.by?.role !== "command") {
      const client = await answeringServer(home);
      if (client !== undefined) return good(onlineClient(client));
    }
    if (clock.steadyMs() >= endMs) return bad({ is: "busy", fault: held.error.fault });
    await Bun.sleep(LOOK_AGAIN_MS);
  }
}

async function answeringServer(home: Home): Promise<ControlClient | undefined> {
  const client = new ControlClient(controlSocketPath(home));
  return (await client.call("server.ping", {})).ok ? client : undefined;
}

const onlineClient = (client: ControlClient): OpenClient => ({
  online: true,
  call: (operation, given, tell) => client.call(operation, given, tell),
  close: () => Promise.resolve(),
});

async function offlineClient(world: ClientWorld, held: HeldHome): Promise<Result<OpenClient, NoClient>> {
  const { home, version, clock, model, checks, operations } = world;
  // Whoever opens a home that turns out to be damaged is told at once, and not only the log.
  const screen = fromLevel("warning", screenSink(process.stderr, process.env));
  const log = new EventLog(roomPath(home, "logs"), clock, { sinks: [screen] });
  const report = log.reportFor("server");
  const opened = await Configuration.open({ home, version, model, checks, clock, report });
  if (!opened.ok) {
    log.close();
    held.release();
    return bad({ is: "broken", fault: opened.error });
  }
  const configuration = opened.value;
  const certificates = certificateKeeper(configuration, home, clock);
  const { command, identity, releases } = world;
  const mail = openMailDesk({ home, clock, report, command, identity, write: (it) => log.write(it) });
  const letGo = once(async () => {
    await mail.close();
    await configuration.close();
    log.close();
    held.release();
  });
  const context: AtHome = {
    configuration,
    certificates,
    home,
    mail,
    clock,
    report,
    version,
    command,
    releases,
    async leave() {
      const user = chooseServiceUser(process.getuid?.(), configuration.serviceUser, lookUpUser, report);
      await letGo();
      if (user === "missing") return bad(refusalOf(noServiceUser(configuration.serviceUser)));
      if (user !== null) world.layDownPrivileges?.(user);
      return good(undefined);
    },
  };
  return good({
    online: false,
    call: (name, given, tell) => callOffline(operations, context, name, given, tell),
    close: letGo,
  });
}

/** Runs once, however often it is called. */
function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= run();
    return running;
  };
}

async function callOffline(
  operations: readonly Operation<AtHome>[],
  context: AtHome,
  name: string,
  given: JsonObject,
  tell = unfollowed.tell,
): Promise<Result<Json, Refusal>> {
  const operation = operations.find((it) => it.name === name);
  if (operation === undefined) return bad(refusal("unavailable", `${name} needs a running server: inetsrv up`));
  const decoded = decodeParameters(operation as Operation<never>, given);
  return decoded.ok ? operation.run(context, decoded.value, { ...unfollowed, tell }) : decoded;
}

const notRunning = (home: Home): Fault =>
  fault(about("home", home.root), `Cannot ask the server of ${home.root}`, "none is running", "Start it: inetsrv up");
