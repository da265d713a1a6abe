// A server of one release with another one beside it, and what tests ask of the two. Only for tests.
import { Ground, type GroundOptions } from "./ground.ts";
import { alive, familyOf } from "./processes.ts";
import { type Plant, Releases } from "./releases.ts";

export interface Stage extends AsyncDisposable {
  readonly ground: Ground;
  readonly releases: Releases;
  readonly first: readonly string[];
}

/** A server of release 1.0.0, and release 1.1.0 beside it, with faults planted or not. */
export async function stage(options: GroundOptions, ...plants: readonly Plant[]): Promise<Stage> {
  const ground = await Ground.laid(options);
  const releases = new Releases(ground.program);
  const first = releases.make("1.0.0");
  releases.make("1.1.0", ...plants);
  await ground.restart({ ...options.spawned, command: first });
  return { ground, releases, first, [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose]() };
}

export const activate = ({ ground }: Stage, trial: string, version = "1.1.0") =>
  ground.program.run("release", "activate", version, "--trial", trial, "--yes");
export const whole = (text: string): string => text.replaceAll(/\s+/g, " ");

/** Processes of the server that are no workers. */
export const supervisors = ({ ground }: Stage): readonly number[] =>
  familyOf(ground.server.pid).filter((pid) => alive(pid) && !commandOf(pid).includes(" service "));
export const commandOf = (pid: number): string =>
  Bun.spawnSync(["ps", "-o", "args=", "-p", String(pid)]).stdout.toString();

/** On trial, and it serves, as its own status says. */
export const onTrial = ({ ground }: Stage) =>
  ground.server.until(
    "it is on trial",
    ({ trial, version, services }) =>
      trial !== null && version === "1.1.0" && !services.some(({ state }) => state === "starting"),
  );
