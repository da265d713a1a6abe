// `inetsrv config apply|export`: the configuration as a file, in YAML or JSON.

import { answerOf } from "../context.ts";
import { DOCUMENT_BYTES_MAX, readDocument, writeDocument } from "../document-text.ts";
import { readText, unreadable } from "../text-input.ts";
import { maybe, once, toggle, type Verb, value, verb } from "../verb.ts";
import { change, changeExits, changeFlags, changeParameters, revisionNumber } from "./change.ts";

const apply = verb({
  words: "config apply",
  group: "Configuration",
  summary: "Change the configuration to what a file says.",
  doc:
    "What the file names is set, what it does not name stays; a name with nothing behind it (null) is taken away. With " +
    "--replace the sections that it names become exactly what it says.\n" +
    "A secret may stand in the file as plain text; it is sealed on arrival.",
  takes: {
    file: once("FILE|-", "YAML or JSON, as `config export` prints it; - is standard input.", { completes: "file" }),
  },
  flags: { replace: toggle("Take away what the file does not say."), ...changeFlags },
  examples: [
    { line: "inetsrv config apply site.yaml --dry-run", doc: "Shows what would change." },
    {
      line: "inetsrv config apply all.yaml --replace --confirm-within 60s",
      doc: "The whole of it, taken back unless it is confirmed.",
    },
  ],
  exits: changeExits,
  async run(context, given) {
    const text = await readText(context, given.file, DOCUMENT_BYTES_MAX);
    if (!text.ok) return context.out.failed(text.error);
    const document = readDocument(text.value);
    if (!document.ok)
      return context.out.failed(unreadable(given.file, document.error, "Write it as `config export` does"));
    const mode = given.replace ? "replace" : "merge";
    return change(context, "config.apply", { document: document.value, mode, ...changeParameters(context, given) });
  },
});

const exportVerb = verb({
  words: "config export",
  group: "Configuration",
  summary: "Print what is stated, as a file for config apply.",
  doc:
    "YAML, or JSON with --json. Where a secret is, `$secret: sealed` stands for it: applied to the same home it keeps " +
    "the secret that is there.",
  takes: { path: maybe("PATH", "Only this node and what lies below.", { completes: "node" }) },
  flags: {
    at: value("N", "As it was at revision N.", { kind: revisionNumber }),
    withSecrets: toggle("The secrets themselves too, sealed to the keys of this home, and the hashes of passwords."),
  },
  examples: [
    { line: "inetsrv config export > all.yaml", doc: "Everything that is not a default." },
    { line: "inetsrv config export smtp/sites/default --at 12", doc: "One site as it was at revision 12." },
  ],
  exits: ["refused"],
  run(context, { path, at, withSecrets }) {
    const { out } = context;
    const secrets = withSecrets ? "sealed" : "omitted";
    return answerOf(context, "allowed", "config.export", { path, at, secrets }, (document) =>
      out.json ? out.data(document) : out.document(writeDocument(document)),
    );
  },
});

export const configDocument: readonly Verb[] = [apply, exportVerb];
