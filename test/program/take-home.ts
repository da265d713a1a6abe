// Takes a home without a server for as long as a test asks it something, as a command does. For what no other process has
// to answer.
import packageJson from "../../package.json" with { type: "json" };
import { systemClock } from "../../src/base/clock.ts";
import { expectGood } from "../../src/base/result.ts";
import { house } from "../../src/house.ts";
import { type OpenClient, openClient } from "../../src/supervisor/open-client.ts";

export async function takeHome(root: string): Promise<OpenClient> {
  const { model, checks, offlineOperations: operations } = house;
  const { version } = packageJson;
  const home = { root, from: "--home" } as const;
  const program = { version, command: [], identity: () => ({ version, files: {} }) };
  return expectGood(await openClient({ home, model, checks, clock: systemClock, operations, ...program }, "allowed"));
}
