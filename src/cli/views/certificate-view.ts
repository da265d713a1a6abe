// Certificates as tables and lines: who they are for, how long they last, who uses them, and what is wrong. Lines only.
import { DAY_MS, dayOf } from "../../certificate/judge.ts";
import type { CertificateFacts } from "../../certificate/x509/facts.ts";
import type { CertificateAnswer, CertificateDetails } from "../../supervisor/operations/certificate-answers.ts";
import { type Line, type Span, toned } from "../look/line.ts";
import { count } from "../look/moment.ts";
import { tableLines } from "../look/table.ts";
import { wrap } from "../look/wrap.ts";
import { faultLines } from "./fault-view.ts";

export interface CertificateLook {
  readonly nowMs: number;
  readonly width: number | undefined;
  readonly proseWidth: number;
}

/** A month: what has less left is worth a look. */
const SOON_DAYS = 30;
const NAMES_SHOWN_MAX = 3;

/** Broken, expired, or with fewer days left than were asked for; remarks alone are none. */
export const hasCertificateTrouble = ({ faults, flaws }: CertificateAnswer): boolean =>
  faults.length > 0 || flaws.some(({ weight }) => weight !== "remark");

export function certificateTable(
  all: readonly CertificateAnswer[],
  { nowMs, width }: CertificateLook,
): readonly Line[] {
  if (all.length === 0) return ["There is no certificate yet: inetsrv cert add NAME FILE"];
  return tableLines(
    [
      { title: "Name" },
      { title: "Host names", yields: 3 },
      { title: "Issuer", yields: 2, leaves: 2 },
      { title: "Days left", align: "right" },
      { title: "Used by", yields: 1, leaves: 1 },
      { title: "State" },
    ],
    all.map((it) => [
      it.name,
      shownNames(it.names),
      it.facts === null ? "" : issuerOf(it.facts),
      it.facts === null ? "" : daysSpan(it.facts, nowMs),
      it.usedBy.map(userOf).join(", "),
      stateSpan(it, nowMs),
    ]),
    width,
  );
}

/** One verdict, then for each certificate in question what is wrong and what mends it. */
export function checkLines(all: readonly CertificateAnswer[], look: CertificateLook): readonly Line[] {
  const troubled = all.filter(hasCertificateTrouble);
  const remarked = all.filter((it) => it.faults.length + it.flaws.length > 0);
  const verdict =
    troubled.length === 0
      ? toned(
          "good",
          all.length === 0 ? "There is no certificate." : `All is well with ${count(all.length, "certificate")}.`,
        )
      : toned("bad", `${troubled.length} of ${count(all.length, "certificate")} in trouble.`);
  return [verdict, ...remarked.flatMap((it) => ["", ...troubleLines(it, look)])];
}

export function certificateLines(it: CertificateDetails, look: CertificateLook): readonly Line[] {
  const { facts } = it;
  const rows: (readonly Span[])[] = [
    ["name", it.name],
    ["state", stateSpan(it, look.nowMs)],
    ["renews", [it.renews, ...it.files].join(" ")],
    ["host names", it.names.join(", ")],
    ["used by", it.usedBy.join(", ") || "nobody"],
  ];
  if (facts !== null)
    rows.push(
      ["addresses", facts.addresses.join(", ")],
      ["issuer", issuerOf(facts)],
      ["valid", `${dayOf(facts.notBeforeMs)} to ${dayOf(facts.notAfterMs)}`],
      ["days left", daysSpan(facts, look.nowMs)],
      ["key", facts.keyKind],
      ["serial", facts.serial],
      ["SHA-256", facts.fingerprint],
    );
  it.chain.slice(1).forEach((above, index) => {
    rows.push([index === 0 ? "chain" : "", `${above.subject}, until ${dayOf(above.notAfterMs)}`]);
  });
  const shown = rows.filter(([, value]) => value !== "");
  const trouble = troubleLines(it, look);
  return [
    ...tableLines([{ title: "" }, { title: "", yields: 1 }], shown, look.width),
    ...(trouble.length === 0 ? [] : ["", ...trouble]),
  ];
}

function troubleLines({ name, faults, flaws }: CertificateAnswer, { proseWidth }: CertificateLook): readonly Line[] {
  // An end in the past is a fault already, with what mends it.
  const remarks = flaws.filter(({ is }) => is !== "expired" || faults.length === 0);
  return [
    ...faults.flatMap((it) => faultLines(it, proseWidth)),
    ...remarks.flatMap(({ weight, because }) =>
      wrap(`${name}: ${because}`, proseWidth).map((it) => toned(weight === "remark" ? "warn" : "bad", it)),
    ),
  ];
}

/** "until 2027-01-31, 65 days left". */
export const endOf = ({ notAfterMs }: CertificateFacts, nowMs: number): string =>
  `until ${dayOf(notAfterMs)}, ${count(daysLeft(notAfterMs, nowMs), "day")} left`;

export const issuerOf = ({ selfSigned, issuer }: CertificateFacts): string => (selfSigned ? "itself" : issuer);

const daysLeft = (notAfterMs: number, nowMs: number): number => Math.floor((notAfterMs - nowMs) / DAY_MS);

function daysSpan({ notAfterMs }: CertificateFacts, nowMs: number): Span {
  const days = daysLeft(notAfterMs, nowMs);
  return days < 0 ? toned("bad", String(days)) : days < SOON_DAYS ? toned("warn", String(days)) : String(days);
}

function stateSpan({ facts, faults }: CertificateAnswer, nowMs: number): Span {
  if (facts === null) return toned("bad", "does not serve");
  if (facts.notAfterMs <= nowMs) return toned("bad", "expired");
  return faults.length === 0 ? toned("good", "serves") : toned("warn", "serves, the new one is not taken");
}

export function shownNames(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN_MAX;
  return [...names.slice(0, NAMES_SHOWN_MAX), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

/** "www/default" of "www/sites/default/certificate". */
const userOf = (setting: string): string => {
  const [section = "", collection, name] = setting.split("/");
  return collection === "sites" && name !== undefined ? `${section}/${name}` : setting;
};
