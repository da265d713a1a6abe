// What a service is to everybody who manages it: data, and one function that opens a site. Nothing of a protocol here.
import type { Socket } from "node:net";
import type { Fault } from "../base/fault.ts";
import type { Result } from "../base/result.ts";
import type { EventRow, Report } from "../event/event.ts";
import type { Section, Values } from "../schema/section.ts";

/** What a site is opened with. Settings are decoded once here and not looked up again. */
export interface SiteInput<V> {
  readonly name: string;
  /** Node path, for sentences and remedies. */
  readonly path: string;
  readonly values: V;
  /** The clear text of a secret setting, or why it cannot be had; undefined when it is not set. */
  secret(key: string): Result<string, Fault> | undefined;
  readonly report: Report;
}

/** A site that runs in a worker. A change of settings opens a new one beside it; old connections end on the old one. */
export interface Site {
  /** Takes over a connection; whoever opened it counts it and sees its end. */
  serve(socket: Socket): void;
  /** Says in the words of the protocol that it does not serve now, and closes. */
  turnAway(socket: Socket): void;
  /** What does not work although the site serves, such as a secret that cannot be opened. */
  readonly faults: readonly Fault[];
}

export interface Service {
  /** Also the name of its section at the top of the tree. */
  readonly name: string;
  /** As people write it: "SMTP". */
  readonly title: string;
  /** Its settings; the collection `sites` holds its sites. */
  readonly section: Section;
  readonly siteSection: Section;
  /** Services that must be ready before this one starts. */
  readonly needs: readonly string[];
  readonly events: Readonly<Record<string, EventRow>>;
  openSite(input: SiteInput<unknown>): Result<Site, Fault>;
}

/** Keeps the types of the settings for whoever writes the service, and gives the plain shape to those who manage it. */
export function defineService<S extends Section>(
  parts: Omit<Service, "openSite" | "siteSection"> & {
    readonly siteSection: S;
    readonly openSite: (input: SiteInput<Values<S>>) => Result<Site, Fault>;
  },
): Service {
  return { ...parts, openSite: parts.openSite as Service["openSite"] };
}
