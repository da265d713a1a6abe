// Takes a home without a server for as long as a test asks it something, as a command does. For what no other process has
// to answer.
import packageJson from "../../package.json" with { type: "json" };
import { systemClock } from "../../src/base/clock.ts";
import type { Home } from "../../src/base/home.ts";
import { expectGood } from "../../src/base/result.ts";
import { house } from "../../src/house.ts";
import { releasesOf } from "../../src/release/releases-of.ts";
import { type OpenClient, openClient } from "../../src/supervisor/open-client.ts";

const { version } = packageJson;

/** A program of which nothing is run. */
export const bareProgram = (home: Home) => ({
  version,
  command: [],
  identity: () => ({ version, files: {} }),
  releases: releasesOf(home, { version, root: home.root, executable: undefined, build: "" }),
});

export async function takeHome(root: string): Promise<OpenClient> {
  const { model, checks, offlineOperations: operations } = house;
  const home = { root, from: "--home" } as const;
  const parts = { home, model, checks, clock: systemClock, operations, ...bareProgram(home) };
  return expectGood(await openClient(parts, "allowed"));
}
