// The settings of access logs, which every service and every site has. Definitions only.
import { list } from "../../schema/kinds/group.ts";
import { byteSize, duration } from "../../schema/kinds/measure.ts";
import { path } from "../../schema/kinds/place.ts";
import { choice } from "../../schema/kinds/plain.ts";
import { type Setting, setting } from "../../schema/section.ts";
import { fieldNames } from "./fields.ts";
import { logKinds, logPeriods } from "./log-name.ts";
import { logScopes } from "./log-place.ts";

const facts = { since: "0.1", applies: "live" } as const;

export const accessLogSettings = {
  accessLog: setting(choice([...logKinds, "off"]), {
    ...facts,
    fallback: "w3c",
    iis: { name: "LogPluginClsid", id: 4005 },
    doc: "How the access log is written: w3c for the extended format as IIS wrote it, ncsa for the combined format of other web servers, off for none. Both are UTF-8 with times in UTC; ncsa says so with the zone +0000, and has the trace id in its second field.",
  }),
  accessLogFields: setting(list(choice(fieldNames), { min: 1, max: fieldNames.length }), {
    ...facts,
    fallback: null,
    iis: { name: "LogExtFileFlags", id: 4013 },
    doc: "The fields of a w3c log, in their order. Without it each service writes those that IIS wrote, and x-trace. A field that a service has nothing for is a hyphen.",
  }),
  accessLogFolder: setting(path, {
    ...facts,
    fallback: "logs",
    iis: { name: "LogFileDirectory", id: 4001 },
    doc: "Each site has a folder of its own in this one, called as in W3SVC-default: W3SVC, FTPSVC, SMTPSVC or NNTPSVC, and the name of the site; unless accessLogPer says otherwise. It is not among what else the server keeps in its home.",
  }),
  accessLogPer: setting(choice(logScopes), {
    ...facts,
    fallback: "site",
    iis: "centralLogFileMode",
    doc: "site: each site writes a log of its own. service: the sites that say so write one log together, in a folder called W3SVC, FTPSVC, SMTPSVC or NNTPSVC, and each line names its site in s-sitename. It is always w3c, and everything else about it is set at the service. Thousands of sites cost less so.",
  }),
  accessLogPeriod: setting(choice(logPeriods), {
    ...facts,
    fallback: "day",
    iis: { name: "LogFilePeriod", id: 4003 },
    doc: "When a new file is begun, always in UTC: each hour (u_exYYMMDDHH.log), day (u_exYYMMDD.log), week of the month (u_exYYMMWW.log) or month (u_exYYMM.log), or by size (u_extend1.log and so on). The names of ncsa begin with nc, or ncsa by size.",
  }),
  accessLogBytesMax: setting(byteSize({ min: "64KiB", max: "1TiB" }), {
    ...facts,
    fallback: "20MiB",
    iis: { name: "LogFileTruncateSize", id: 4004 },
    doc: "When the period is size, a file that has reached this size is followed by a new one.",
  }),
  accessLogKeepFor: setting(duration({ min: "1h", max: "36500d" }), {
    ...facts,
    fallback: null,
    doc: "Log files that were last written longer ago are removed; without it they are kept for ever. Only files with the names of access logs in the folder of the site are ever removed, and never the one being written.",
  }),
  accessLogKeepBytes: setting(byteSize({ min: "1MiB", max: "1024TiB" }), {
    ...facts,
    fallback: null,
    doc: "When the log files of the site have more bytes together, the oldest are removed; without it there is no bound.",
  }),
};

type Settings = typeof accessLogSettings;
export type AccessLogValues = {
  readonly [Key in keyof Settings]: Settings[Key] extends Setting<infer T> ? T : never;
};
