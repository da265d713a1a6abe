// The faults of a start, told alike wherever they are found.
import { about, type Fault, fault, type Subject } from "../../base/fault.ts";
import { type Trouble, troubleFault } from "../store/trouble.ts";
import type { Ground } from "./ground.ts";

type Folder = Pick<Ground, "folder">;

export const metabase = ({ folder }: Folder): Subject<"metabase"> => about("metabase", folder);

export const cannotOpen = (ground: Folder, why: Trouble): Fault =>
  troubleFault(why, `Cannot open the metabase in ${ground.folder}`, ground.folder);

/** Neither the store nor its copy can serve. */
export function neitherServes(ground: Folder, why: Trouble, copyWhy: Trouble): Fault {
  const attempted = `Cannot open the metabase in ${ground.folder}`;
  if (why.is === "missing" && copyWhy.is === "missing")
    return fault(
      metabase(ground),
      attempted,
      "there is none",
      "Create it with `inetsrv init`, or name the right home with --home",
    );
  const because = `${why.because}, and its copy cannot help: ${copyWhy.because}`;
  return fault(
    metabase(ground),
    attempted,
    because,
    `Put back a backup of ${ground.folder}, in which nothing was changed; see \`inetsrv explain metabase-damaged\``,
  );
}
