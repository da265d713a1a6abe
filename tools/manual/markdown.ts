// The few pieces of Markdown that the manual is made of. Pure.

export const table = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map(() => "---"), ...rows].map((row) => `|${row.map(cell).join("|")}|`).join("\n");

const cell = (text: string): string => (text === "" ? " " : ` ${text.replaceAll("|", "\\|").replaceAll("\n", " ")} `);

export const code = (text: string): string => `\`${text}\``;

export const block = (text: string, language = ""): string => `\`\`\`${language}\n${text}\n\`\`\``;

/** `<` begins a tag in Markdown, unless it stands in code. */
export const prose = (text: string): string =>
  text
    .split("`")
    .map((part, index) => (index % 2 === 0 ? part.replaceAll("<", "&lt;") : part))
    .join("`");

/** A page: its title, who wrote it, then its parts with an empty line between them. */
export const page = (title: string, parts: readonly string[]): string =>
  `${[`# ${title}`, "*Written by `npm run manual` from the definitions in the source; change it there.*", ...parts.filter((it) => it !== "")].join("\n\n")}\n`;
