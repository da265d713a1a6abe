// What completion asks a running server: names that only it knows. Without a server there are none; completion takes
// no lock and tells no error.
import type { Model } from "../../schema/section.ts";
import type { Client } from "../../supervisor/operation.ts";
import { ask, type Context } from "../context.ts";

export interface Names {
  /** Paths of the configuration that begin so. */
  paths(prefix: string): Promise<readonly string[]>;
  /** "smtp", "smtp/default". */
  targets(): Promise<readonly string[]>;
}

const TARGETS_MAX = 500;

export function liveNames(context: Context): Names {
  const use = async (question: (client: Client) => Promise<readonly string[]>): Promise<readonly string[]> => {
    const opened = await context.program.openClient(context.home, { offline: "refused" });
    if (!opened.ok) return [];
    try {
      return await question(opened.value);
    } finally {
      await opened.value.close();
    }
  };
  return {
    paths: (prefix) =>
      use(async (client) => {
        const answer = await ask(client, "config.names", { prefix });
        return answer.ok ? answer.value : [];
      }),
    targets: () =>
      use(async (client) => {
        const answer = await ask(client, "status.show");
        if (!answer.ok) return [];
        const names = answer.value.services.flatMap(({ name, sites }) => [
          name,
          ...sites.map((it) => `${name}/${it.name}`),
        ]);
        return names.slice(0, TARGETS_MAX);
      }),
  };
}

/** The sections that are services: those with sites. */
export const serviceNames = (model: Model): readonly string[] =>
  Object.values(model).flatMap(({ name, collections }) => (Object.hasOwn(collections, "sites") ? [name] : []));
