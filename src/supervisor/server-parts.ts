// What a server is made of, as main hands it in, and what it calls back. Interfaces only.
import type { Clock } from "../base/clock.ts";
import type { Fault } from "../base/fault.ts";
import type { Home } from "../base/home.ts";
import type { Releases } from "../ipc/installed-release.ts";
import type { ReleaseIdentity } from "../ipc/messages.ts";
import type { Model } from "../schema/section.ts";
import type { Service } from "../service/service.ts";
import type { ServerStatus } from "./answers.ts";
import type { Checks } from "./configuration.ts";
import type { Operation } from "./operation.ts";
import type { Configured } from "./operations/configured.ts";
import type { Measuring } from "./operations/metrics-operations.ts";
import type { Running } from "./operations/service-operations.ts";

export interface ServerParts {
  readonly home: Home;
  readonly version: string;
  readonly model: Model;
  readonly checks: Checks;
  readonly services: readonly Service[];
  readonly operations: readonly Operation<Running & Configured & Measuring>[];
  readonly clock: Clock;
  /** The command line of this program, to which a role is added. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Without them no other release can take over. */
  readonly releases: Releases;
  identity(): ReleaseIdentity;
}

export interface ServerHooks {
  /** Each time that this process has the home and serves. */
  started(status: ServerStatus): void;
  failed(fault: Fault): void;
}

/**
 * What the process ends with; the command line gives them their meaning in its table of exit codes. The code is that of
 * another process, in which the server went on.
 */
export type ServerEnd = "ended" | "failed" | "held" | { readonly code: number };
