// `inetsrv explain`: from the number of an event, the code of an answer, or any text on a screen, to what is behind it.
import type { Article } from "../../event/article.ts";
import type { CatalogueEntry } from "../../event/catalogue.ts";
import type { Found } from "../../event/knowledge.ts";
import type { AnswerMeaning } from "../../service/answer-meaning.ts";
import { refusal } from "../../supervisor/operation.ts";
import { exitCodes } from "../exit-code.ts";
import { type Line, toned } from "../look/line.ts";
import { markdownLines } from "../look/markdown.ts";
import { wrap } from "../look/wrap.ts";
import { many, verb } from "../verb.ts";

const OTHERS_MAX = 5;
/** Where an event or the code of an answer tells what is meant, words that are only alike lead astray. */
const isSure = (found: Found | undefined): boolean => found !== undefined && found.score >= 0.5;

export const explain = verb({
  words: "explain",
  group: "What happened",
  summary: "Explain an event, the code of an answer, or any message.",
  takes: { words: many("NUMBER|WORDS", "The number of an event, the name of an article, or the text of a message.") },
  flags: {},
  examples: [
    { line: "inetsrv explain 1042", doc: "The event with that number: its sentence, its remedy, its article." },
    { line: "inetsrv explain 404.3", doc: "What a web site means by it, and which setting decides." },
    { line: "inetsrv explain the handle is invalid", doc: "The article that fits the words best." },
  ],
  exits: ["refused"],
  async run({ program, out }, { words }) {
    const query = words.join(" ");
    const event = /^\d+$/.test(query) ? program.catalogue.get(Number(query)) : undefined;
    const answers = program.explainAnswer(query);
    const found = program.knowledge().find(query);
    const [first] = found;
    const isMeant = event === undefined ? answers.length === 0 || isSure(first) : first?.because === "event";
    const best = isMeant ? first?.article : undefined;
    if (event === undefined && answers.length === 0 && best === undefined)
      return out.refused(refusal("unknown", `Nothing is known about "${query}". Try other words of the message`));
    const others = found.map((it) => it.article).filter((it) => it !== best);
    const alsoFits = others.slice(0, OTHERS_MAX).map(({ slug, title }) => ({ slug, title }));
    const data = { event: event?.row ?? null, answers, article: best ?? null, alsoFits };
    const width = out.proseWidth;
    out.show(data, () =>
      paragraphs([
        event === undefined ? [] : eventLines(event, width),
        ...answers.map((it) => answerLines(it, width)),
        best === undefined ? [] : articleLines(best, width),
        alsoFits.length === 0 ? [] : [toned("strong", "Also about this"), ...alsoFits.map(otherLine)],
      ]),
    );
    return exitCodes.done;
  },
});

const eventLines = ({ row, room, name }: CatalogueEntry, width: number): readonly Line[] => [
  [toned("strong", `Event ${row.number}`), ` (${row.level}, ${room}.${name})`],
  ...indented("  ", row.sentence.replaceAll("{object}", `{${row.object}}`), width),
  ...(row.remedy === "" ? [] : indented("  -> ", row.remedy, width)),
];

const answerLines = ({ answer, because, settings, remedy }: AnswerMeaning, width: number): readonly Line[] => [
  toned("strong", answer),
  ...indented("  ", because, width),
  ...(remedy === undefined ? [] : indented("  -> ", remedy, width)),
  ...settings.map((it) => `  inetsrv config describe ${it}`),
];

/** The lines behind the first stand under its text. */
const indented = (mark: string, text: string, width: number): readonly string[] =>
  wrap(text, width - mark.length).map((it, at) => (at === 0 ? mark : " ".repeat(mark.length)) + it);

const articleLines = ({ title, text }: Article, width: number): readonly Line[] => [
  toned("strong", title),
  "",
  ...markdownLines(text, width),
];

const otherLine = ({ slug, title }: Pick<Article, "slug" | "title">): Line => `  inetsrv explain ${slug}  (${title})`;

/** With an empty line between those that there are. */
const paragraphs = (all: readonly (readonly Line[])[]): readonly Line[] =>
  all.filter((it) => it.length > 0).flatMap((it, at) => (at === 0 ? it : ["", ...it]));
