// What a service and a site can be, and what each event makes of it: one table of state x event for both. Pure; the
// actions are names that somebody else carries out.

export const states = [
  "stopped",
  "starting",
  "running",
  "degraded",
  "draining",
  "paused",
  "failed",
  "backing-off",
] as const;
export type State = (typeof states)[number];

export const lifeEvents = [
  /** An operator, or the start of the server, wants it to run. */
  "start",
  "stop",
  "pause",
  "continue",
  /** It serves, all of it. */
  "ready",
  /** It serves, but a part of it does not work. */
  "trouble",
  /** It ended or could not start; another try is worth it. */
  "lost",
  /** It was lost too often: only a rare probe from now on. */
  "looping",
  /** The time to try again has come. */
  "due",
  /** Nothing of it is left. */
  "drained",
] as const;
export type LifeEvent = (typeof lifeEvents)[number];

export type Action =
  | "open"
  /** The same after a loss: what an operator has stopped stays stopped. */
  | "reopen"
  | "close"
  | "abandon"
  | "pause"
  | "continue"
  | "retry-later"
  | "probe-later"
  | "forget-retry"
  /** A start during a drain: it follows when the drain is over. */
  | "start-again"
  | "stay-stopped"
  | "resume";

interface Step {
  readonly to: State;
  readonly actions: readonly Action[];
}
const to = (state: State, ...actions: readonly Action[]): Step => ({ to: state, actions });
/** The event means nothing here; the state stays. */
const stay = null;

/** Both wait for their next try; they differ in how long that is. */
const untilNextTry: Readonly<Record<LifeEvent, Step | null>> = {
  start: to("starting", "forget-retry", "reopen"),
  stop: to("stopped", "forget-retry", "close"),
  pause: stay,
  continue: to("starting", "forget-retry", "reopen"),
  ready: to("running", "forget-retry"),
  trouble: to("degraded", "forget-retry"),
  lost: stay,
  looping: stay,
  due: to("starting", "reopen"),
  drained: stay,
};

/** Every pair is written down, so that a new state or event does not compile until each row knows it. */
export const table: Readonly<Record<State, Readonly<Record<LifeEvent, Step | null>>>> = {
  stopped: {
    start: to("starting", "open"),
    stop: stay,
    pause: stay,
    continue: to("starting", "open"),
    ready: stay,
    trouble: stay,
    lost: stay,
    looping: stay,
    due: stay,
    drained: stay,
  },
  starting: {
    start: stay,
    stop: to("draining", "close"),
    pause: stay,
    continue: stay,
    ready: to("running"),
    trouble: to("degraded"),
    lost: to("backing-off", "abandon", "retry-later"),
    looping: to("failed", "abandon", "probe-later"),
    due: stay,
    drained: stay,
  },
  running: {
    start: stay,
    stop: to("draining", "close"),
    pause: to("paused", "pause"),
    continue: stay,
    ready: stay,
    trouble: to("degraded"),
    lost: to("backing-off", "abandon", "retry-later"),
    looping: to("failed", "abandon", "probe-later"),
    due: stay,
    drained: stay,
  },
  degraded: {
    start: stay,
    stop: to("draining", "close"),
    pause: to("paused", "pause"),
    continue: stay,
    ready: to("running"),
    trouble: stay,
    lost: to("backing-off", "abandon", "retry-later"),
    looping: to("failed", "abandon", "probe-later"),
    due: stay,
    drained: stay,
  },
  draining: {
    start: to("draining", "start-again"),
    stop: to("draining", "stay-stopped"),
    pause: stay,
    continue: to("draining", "start-again"),
    ready: stay,
    trouble: stay,
    lost: to("stopped", "resume"),
    looping: to("stopped", "resume"),
    due: stay,
    drained: to("stopped", "resume"),
  },
  paused: {
    start: to("running", "continue"),
    stop: to("draining", "close"),
    pause: stay,
    continue: to("running", "continue"),
    ready: stay,
    trouble: stay,
    lost: to("backing-off", "abandon", "retry-later"),
    looping: to("failed", "abandon", "probe-later"),
    due: stay,
    drained: stay,
  },
  failed: untilNextTry,
  "backing-off": untilNextTry,
};

/** The state after the event and what is to be done; the same state and nothing where the event means nothing. */
export function next(state: State, event: LifeEvent): Step {
  return table[state][event] ?? { to: state, actions: [] };
}

/** Whether connections are served in this state. */
export const serves = (state: State): boolean => state === "running" || state === "degraded";
