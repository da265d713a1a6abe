// The one list of services. Each is loaded by whoever needs it: the server and its commands need all of them, and a worker its
// own.
import type { Service } from "./service/service.ts";

export const services = {
  www: () => import("./www/service.ts").then((it) => it.wwwService),
  ftp: () => import("./ftp/service.ts").then((it) => it.ftpService),
  smtp: () => import("./smtp/service.ts").then((it) => it.smtpService),
  nntp: () => import("./nntp/service.ts").then((it) => it.nntpService),
} as const satisfies Readonly<Record<string, () => Promise<Service>>>;
