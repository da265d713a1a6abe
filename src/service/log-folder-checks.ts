// No access log is written among what the server keeps for itself, save among its logs. For every service and its sites.
import type { Home } from "../base/home.ts";
import type { Check } from "../metabase/change/check.ts";
import { problem } from "../schema/decode.ts";
import { keptAt, keptThere } from "./kept-rooms.ts";
import type { Service } from "./service.ts";

const KEY = "accessLogFolder";

export const logFolderChecks = (home: Home, services: readonly Service[]): readonly Check[] =>
  services
    .flatMap(({ name }) => [name, `${name}/sites/<name>`])
    .map((of) => ({
      name: "access logs lie apart from what the server keeps",
      of,
      check(view, path) {
        const given = view.own(path)?.[KEY];
        const kept = typeof given === "string" ? keptAt(home, given) : undefined;
        if (given === undefined || kept === undefined || kept.room === "logs" || kept.room === "home") return [];
        const at = `${path}/${KEY}`;
        const wish = "a folder apart from what the server keeps for itself, such as logs";
        const says = `${at} is ${JSON.stringify(given)}, which leads to ${kept.folder}: that holds ${keptThere[kept.room]}, and no access log. Name another folder, such as logs`;
        return [{ ...problem(at, given, wish), says }];
      },
    }));
