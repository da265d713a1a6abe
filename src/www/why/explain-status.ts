// What a web site means by a status and substatus, such as 404.3 on a page of IIS or in a log: from the rows that refuse, the
// causes of the error pages, and the table of substatuses. Pure.
import { reasonOf, substatuses } from "../../proto/http/status.ts";
import type { AnswerMeaning } from "../../service/answer-meaning.ts";
import { causes } from "../content/error/causes.ts";
import { filterRows } from "../filter/filter-rules.ts";

/** The first that fits and is known counts. No part of an address or of a version is taken for a code. */
const forms: readonly RegExp[] = [
  /(?<![\d.])([45]\d\d)\.(\d{1,3})(?!\.?\d)/,
  /^\s*([45]\d\d)\s*$/,
  /\bhttp(?:\/[\d.]+)?(?:\s+(?:error|status))?\s+([45]\d\d)(?!\.?\d)/i,
];

export function explainStatus(text: string): AnswerMeaning | undefined {
  for (const form of forms) {
    const [, status, substatus = "0"] = form.exec(text) ?? [];
    const code = `${status}.${Number(substatus)}`;
    const meant = meaningOf(code);
    if (meant !== undefined) return { answer: `${code.replace(/\.0$/, "")} ${reasonOf(Number(status))}`, ...meant };
  }
  return undefined;
}

function meaningOf(code: string): Omit<AnswerMeaning, "answer"> | undefined {
  const cause = causes[code];
  if (cause !== undefined) {
    const { because, setting, remedy } = cause;
    return { because, remedy, settings: setting === undefined ? [] : [atService(setting)] };
  }
  const meaning = substatuses.get(code);
  if (meaning === undefined) return undefined;
  const rows = filterRows.filter(({ refusal }) => `${refusal.status}.${refusal.substatus}` === code);
  return {
    because: `${meaning[0]?.toUpperCase()}${meaning.slice(1)}.`,
    settings: [...new Set(rows.map(({ setting }) => atService(setting)))],
  };
}

const atService = (setting: string): string => `www/${setting}`;
