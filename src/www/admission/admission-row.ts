// What has to be met before a request is let in to a directory: the shape of one row. Interfaces only.
import type { Login } from "../../account/login.ts";
import type { Clock } from "../../base/clock.ts";
import type { Request } from "../../proto/http/request.ts";
import type { Asker } from "../content/asker.ts";
import type { Failure } from "../content/failure.ts";
import type { AdmissionValues } from "./admission-settings.ts";

/** Why somebody is not let in. */
export interface Denial extends Failure {
  /** He is not even told: the connection breaks off. */
  readonly cut?: boolean;
}

/** Where the site is that is asked. */
export interface AdmissionWorld {
  readonly login: Pick<Login, "takesPassword" | "verifyCached">;
  readonly clock: Pick<Clock, "wallMs">;
}

/**
 * Undefined, at once or promised, where the request goes on. Only who shows that he is somebody has to be waited for. It belongs to
 * no site: those that say the same share it.
 */
export type Check = (
  request: Request,
  asker: Asker,
  world: AdmissionWorld,
) => Denial | Promise<Denial | undefined> | undefined;

export interface AdmissionRow {
  /** The one that decides, by which people find the row. */
  readonly setting: keyof AdmissionValues;
  /** Undefined where everybody is let in. */
  prepare(values: AdmissionValues): Check | undefined;
  /** Why a request went on, for whoever asks. */
  because(values: AdmissionValues, request: Request, asker: Asker): string;
}
