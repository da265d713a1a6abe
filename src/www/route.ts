// What a site has made of a target: where it leads, and what a request for it goes through. Whoever asks for the same target goes
// the same way, and content remembers with it what it found there.

import type { Refusal } from "../proto/http/refusal.ts";
import type { Request } from "../proto/http/request.ts";
import type { TargetPath } from "../proto/http/target/target-path.ts";
import type { Asker } from "./content/asker.ts";
import type { ContentRules } from "./content/content-rules.ts";
import type { KnownFile } from "./content/known/known-file.ts";
import type { FoundBefore, OtherPlace, Place } from "./content/place.ts";
import type { Decision } from "./decisions.ts";
import type { Directory } from "./directories/directory.ts";
import type { Finish, Pipeline, Step } from "./pipeline.ts";

/** A directory that was asked for. */
export interface Ready extends Pipeline {
  readonly rules: ContentRules;
}

/** All in one object, as with thousands of sites each further one is a look into memory that no cache holds. */
export class Route implements FoundBefore {
  readonly target: TargetPath;
  readonly directory: Directory;
  readonly folder: string;
  readonly below: readonly string[];
  readonly refusal: Refusal | undefined;
  readonly rules: ContentRules;
  readonly steps: readonly Step[];
  readonly finishes: readonly Finish[];
  readonly isRemembered: boolean;
  file: KnownFile | undefined;

  constructor({ target, directory, below, refusal }: Decision, ready: Ready, isRemembered: boolean) {
    const { rules, steps, finishes } = ready;
    this.target = target;
    this.directory = directory;
    this.folder = directory.folder;
    this.below = below;
    this.refusal = refusal;
    this.rules = rules;
    this.steps = steps;
    this.finishes = finishes;
    this.isRemembered = isRemembered;
  }
}

/** What a site knows of its other paths. */
export interface Neighbourhood {
  placeAt(path: string, asker: Asker): OtherPlace | undefined;
  isShown(path: string, from: Directory, request: Request, asker: Asker): boolean;
}

/** Where a request has come to. */
export class RequestPlace implements Place {
  readonly target: TargetPath;
  readonly folder: string;
  readonly below: readonly string[];
  readonly rules: ContentRules;
  readonly asker: Asker;
  readonly before: FoundBefore | undefined;
  private readonly site: Neighbourhood;
  private readonly route: Route;
  private readonly request: Request;

  constructor(site: Neighbourhood, route: Route, request: Request, asker: Asker) {
    this.target = route.target;
    this.folder = route.folder;
    this.below = route.below;
    this.rules = route.rules;
    this.asker = asker;
    this.before = route.isRemembered ? route : undefined;
    this.site = site;
    this.route = route;
    this.request = request;
  }

  elsewhere(path: string): OtherPlace | undefined {
    return this.site.placeAt(path, this.asker);
  }

  isShown(path: string): boolean {
    return this.site.isShown(path, this.route.directory, this.request, this.asker);
  }
}
