// `inetsrv explain`: from the number of an event, or from any text on a screen, to what is behind it.
import type { Article } from "../../event/article.ts";
import type { CatalogueEntry } from "../../event/catalogue.ts";
import { refusal } from "../../supervisor/operation.ts";
import { exitCodes } from "../exit-code.ts";
import { type Line, toned } from "../look/line.ts";
import { markdownLines } from "../look/markdown.ts";
import { wrap } from "../look/wrap.ts";
import { many, verb } from "../verb.ts";

const OTHERS_MAX = 5;

export const explain = verb({
  words: "explain",
  group: "What happened",
  summary: "Explain an event, or a message from a screen or a log.",
  takes: { words: many("NUMBER|WORDS", "The number of an event, the name of an article, or the text of a message.") },
  flags: {},
  examples: [
    { line: "inetsrv explain 1042", doc: "The event with that number: its sentence, its remedy, its article." },
    { line: "inetsrv explain the handle is invalid", doc: "The article that fits the words best." },
  ],
  exits: ["refused"],
  async run({ program, out }, { words }) {
    const query = words.join(" ");
    const event = /^\d+$/.test(query) ? program.catalogue.get(Number(query)) : undefined;
    const [best, ...others] = program.knowledge().find(query);
    if (event === undefined && best === undefined)
      return out.refused(refusal("unknown", `Nothing is known about "${query}". Try other words of the message`));
    const alsoFits = others.slice(0, OTHERS_MAX).map(({ article: { slug, title } }) => ({ slug, title }));
    const data = { event: event?.row ?? null, article: best?.article ?? null, alsoFits };
    const width = out.proseWidth;
    out.show(data, () => [
      ...(event === undefined ? [] : eventLines(event, width)),
      ...(event === undefined || best === undefined ? [] : [""]),
      ...(best === undefined ? [] : articleLines(best.article, width)),
      ...(alsoFits.length === 0 ? [] : ["", toned("strong", "Also about this")]),
      ...alsoFits.map(({ slug, title }) => `  inetsrv explain ${slug}  (${title})`),
    ]);
    return exitCodes.done;
  },
});

const eventLines = ({ row, room, name }: CatalogueEntry, width: number): readonly Line[] => [
  [toned("strong", `Event ${row.number}`), ` (${row.level}, ${room}.${name})`],
  ...wrap(`  ${row.sentence.replaceAll("{object}", `{${row.object}}`)}`, width),
  ...(row.remedy === "" ? [] : wrap(`  -> ${row.remedy}`, width)),
];

const articleLines = ({ title, text }: Article, width: number): readonly Line[] => [
  toned("strong", title),
  "",
  ...markdownLines(text, width),
];
