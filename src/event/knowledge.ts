// The knowledge base: all articles, and the way from a number, a name or a pasted message to the right one. Which
// event leads to which article is read from the catalogue's rows; there is no second list.
import { about, type Fault, fault } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import { type Article, readArticle } from "./article.ts";
import { matcher } from "./article-match.ts";
import type { Catalogue, CatalogueEntry } from "./catalogue.ts";

export interface Found {
  readonly article: Article;
  /** 1 is certain, near 0 is a guess. */
  readonly score: number;
  readonly because: "event" | "name" | "text";
}

export interface Knowledge {
  readonly articles: readonly Article[];
  /** The events that name the article. */
  eventsOf(slug: string): readonly CatalogueEntry[];
  /** By event number, name, or any text from a screen or a log; the best first. */
  find(query: string): readonly Found[];
}

/** `texts` maps file names such as "port-in-use.md" to their text: the folder of a clone, or what the binary holds. */
export function readKnowledge(
  texts: Readonly<Record<string, string>>,
  catalogue: Catalogue,
): Result<Knowledge, readonly Fault[]> {
  const articles: Article[] = [];
  const faults: Fault[] = [];
  const owners = new Map<string, string>();
  for (const name of Object.keys(texts).sort()) {
    if (!name.endsWith(".md")) continue; // the folder also tells the formatter to leave front matter alone
    const result = readArticle(name.slice(0, -".md".length), texts[name] ?? "");
    if (!result.ok) {
      faults.push(...result.error);
      continue;
    }
    articles.push(result.value);
    for (const identifier of result.value.identifiers) {
      const owner = owners.get(identifier);
      const subject = about("file", `knowledge/${result.value.slug}.md`);
      if (owner !== undefined)
        faults.push(
          fault(subject, "Cannot use the articles", `"${identifier}" leads to ${owner} too`, "Keep it in one"),
        );
      owners.set(identifier, result.value.slug);
    }
  }
  return faults.length > 0 ? bad(faults) : good(knowledge(articles, catalogue));
}

function knowledge(articles: readonly Article[], catalogue: Catalogue): Knowledge {
  const bySlug = new Map(articles.map((article) => [article.slug, article]));
  const eventsOf = (slug: string) => catalogue.entries.filter(({ row }) => row.article === slug);
  const match = matcher(
    articles.map((article) => ({
      article,
      phrases: [article.title, ...article.identifiers, ...eventsOf(article.slug).map(({ row }) => row.sentence)],
    })),
  );
  const find = (query: string): readonly Found[] => {
    const word = query.trim();
    const found: Found[] = [];
    const add = (article: Article | undefined, score: number, because: Found["because"]): void => {
      if (article !== undefined && !found.some((it) => it.article === article)) found.push({ article, score, because });
    };
    if (/^\d{1,9}$/.test(word)) add(bySlug.get(catalogue.get(Number(word))?.row.article ?? ""), 1, "event");
    add(bySlug.get(word.toLowerCase().replace(/\.md$/, "")), 1, "name");
    for (const { article, score } of match(word)) add(article, score, "text");
    return found;
  };
  return { articles, eventsOf, find };
}

/** Where rows and articles do not meet, in words; for a test over all rooms. */
export function knowledgeFlaws({ articles }: Knowledge, catalogue: Catalogue): readonly string[] {
  const slugs = new Set(articles.map((it) => it.slug));
  const missing = catalogue.entries
    .filter(({ row }) => row.article !== undefined && !slugs.has(row.article))
    .map(({ row, room, name }) => `event ${row.number} (${room}.${name}) names ${row.article}, which is not written`);
  const unknown = articles.flatMap(({ slug, text }) => [
    ...[...text.matchAll(/(?:explain|--number) (\d+)\b(?!\.\d)/g)]
      .filter(([, number]) => catalogue.get(Number(number)) === undefined)
      .map(([, number]) => `the article ${slug} shows event ${number}, which is not in the catalogue`),
    ...[...text.matchAll(/explain ([a-z][a-z0-9-]*)/g)]
      .filter(([, other = ""]) => !slugs.has(other))
      .map(([, other]) => `the article ${slug} shows the article ${other}, which is not written`),
  ]);
  return [...missing, ...unknown];
}
