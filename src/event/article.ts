// One article of the knowledge base: a title, the texts and numbers people search for, and five sections that go from
// what is seen to what mends it. Reads text strictly; where the text comes from is the caller's matter.
import { about, type Fault, fault } from "../base/fault.ts";
import { isObject } from "../base/json.ts";
import { didYouMean } from "../base/nearest.ts";
import { bad, good, type Result } from "../base/result.ts";

export interface Article {
  /** The name of its file without ".md"; event rows point to it. */
  readonly slug: string;
  readonly title: string;
  /** Messages and numbers as old systems showed them. */
  readonly identifiers: readonly string[];
  /** The checks of the doctor that find what it is about. */
  readonly checks: readonly string[];
  /** Why there can be no such check. */
  readonly unchecked?: string;
  /** Markdown, from the first heading on. */
  readonly text: string;
}

export const articleSections = ["Symptoms", "Cause", "See it", "Mend it", "What inetsrv does about it"] as const;

const members = ["title", "identifiers", "checks", "unchecked"];

/** The article, or everything that is wrong with its text. */
export function readArticle(slug: string, text: string): Result<Article, readonly Fault[]> {
  const faults: Fault[] = [];
  const wrong = (because: string, remedy: string): void => {
    faults.push(fault(about("file", `knowledge/${slug}.md`), `Cannot use the article ${slug}`, because, remedy));
  };
  const [, front, body] = /^---\n(.*?\n)---\n+(.*)$/s.exec(text.replaceAll("\r\n", "\n")) ?? [];
  if (front === undefined || body === undefined) {
    wrong("it has no front matter", "Begin it with ---, title, identifiers, ---");
    return bad(faults);
  }
  const { title, identifiers, checks = [], unchecked, ...others } = readYaml(front);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)) wrong("its name is no slug", "Use small letters, digits and hyphens");
  if (!isText(title)) wrong("it has no title", "Write title: and a short sentence");
  if (!isTexts(identifiers) || identifiers.length === 0)
    wrong("its identifiers are not a list of texts", "Write one per line after a hyphen, in quotes, numbers too");
  if (!isTexts(checks)) wrong("its checks are not a list of names", "Write checks: [NAME, NAME]");
  if (unchecked !== undefined && !isText(unchecked)) wrong("unchecked is no sentence", "Say why no check can find it");
  for (const name of Object.keys(others)) wrong(`"${name}" is not known${didYouMean(name, members)}`, "Remove it");
  const headings = [...body.matchAll(/^## (.+)$/gm)].map((it) => it[1]);
  if (headings.join("\n") !== articleSections.join("\n"))
    wrong(`its sections are ${headings.join(", ") || "missing"}`, `Write exactly: ${articleSections.join(", ")}`);
  if (faults.length > 0) return bad(faults);
  return good({
    slug,
    title: String(title),
    identifiers: identifiers as readonly string[],
    checks: checks as readonly string[],
    ...(isText(unchecked) && { unchecked }),
    text: body.trimEnd(),
  });
}

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

function readYaml(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = Bun.YAML.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {}; // then title and identifiers are missing, which is said
  }
}
