// Whether the folders that a web site serves are there: looked at when the site opens, and again when a request finds
// nothing in one of them. What is found is told once; the answer to the request is none of its business.
import { accessSync, constants, statSync } from "node:fs";
import { sep } from "node:path";
import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault } from "../base/fault.ts";
import type { Home } from "../base/home.ts";
import { shellWord } from "../base/shell-word.ts";
import type { Report } from "../event/event.ts";
import { keptAt } from "../service/kept-rooms.ts";
import type { Directory } from "./directories/directory.ts";
import { wwwEvents } from "./events.ts";

export type Lack = "missing" | "closed";
/** Undefined where it is a folder that we may go into. */
export type Look = (folder: string) => Lack | undefined;

interface World {
  readonly home: Home;
  readonly clock: Clock;
  readonly report: Report;
  readonly look?: Look;
}

/** A crowd that asks for what is not there costs one look in this time. */
const LOOK_AGAIN_MS = 1000;

export class ServedFolders {
  readonly faults: readonly Fault[];
  private readonly site: string;
  private readonly world: World;
  private readonly byFolder: ReadonlyMap<string, Directory>;
  private readonly lacks = new Map<string, Lack | undefined>();
  private readonly lookedMs = new Map<string, number>();

  constructor(site: string, directories: readonly Directory[], world: World) {
    this.site = site;
    this.world = world;
    // What leads elsewhere needs no folder; what the server keeps for itself is told of by others; and a path that has
    // settings of its own need not be there, as long as the folder that it lies in is.
    const serving = directories.filter(
      ({ settings, folder }) =>
        settings.redirect === null &&
        !keptAt(world.home, folder) &&
        !directories.some((it) => folder.startsWith(`${it.folder}${sep}`)),
    );
    this.byFolder = new Map(serving.toReversed().map((it) => [it.folder, it]));
    this.faults = [...this.byFolder.values()].flatMap((it) => this.faultOf(it) ?? []);
  }

  /** A request found nothing there. */
  missed(folder: string): void {
    const directory = this.byFolder.get(folder);
    const nowMs = this.world.clock.steadyMs();
    if (directory === undefined || nowMs - (this.lookedMs.get(folder) ?? -LOOK_AGAIN_MS) < LOOK_AGAIN_MS) return;
    this.lookedMs.set(folder, nowMs);
    this.tell(directory);
  }

  /** What it lacks; told when that is another than before. */
  private tell(directory: Directory): Lack | undefined {
    const { url, node, folder } = directory;
    const lack = (this.world.look ?? lookAt)(folder);
    const before = this.lacks.get(folder);
    this.lacks.set(folder, lack);
    if (lack === before) return lack;
    const subject = about("site", this.site);
    const setting = shellWord(`${node}/path`);
    if (lack === undefined) this.world.report(wwwEvents.folderBack, subject, { url, folder });
    else if (lack === "missing") this.world.report(wwwEvents.folderMissing, subject, { url, folder, setting });
    else this.world.report(wwwEvents.folderClosed, subject, { url, folder, setting });
    return lack;
  }

  private faultOf(directory: Directory): Fault | undefined {
    const lack = this.tell(directory);
    if (lack === undefined) return undefined;
    const { url, node, folder } = directory;
    const because = lack === "missing" ? "there is no such folder" : "the user of the services may not look into it";
    const attempted = `Cannot serve ${url} of ${this.site} from ${folder}`;
    return fault(about("site", this.site), attempted, because, `Mend that, or set ${node}/path to another folder`);
  }
}

const lookAt: Look = (folder) => {
  try {
    if (!statSync(folder).isDirectory()) return "missing";
    accessSync(folder, constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EACCES" || code === "EPERM" ? "closed" : "missing";
  }
};
