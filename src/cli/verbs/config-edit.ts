// `inetsrv config edit`: a part of the configuration in an editor, written back as one change. Nobody is kept waiting
// while it is open: whatever others changed meanwhile is found by the revision that was read.
import { isObject, type Json, type JsonObject } from "../../base/json.ts";
import { bad, type Result } from "../../base/result.ts";
import { decodeName, locateNode } from "../../metabase/tree/path.ts";
import { problemSentence } from "../../schema/decode.ts";
import type { ChangeAnswer } from "../../supervisor/answers.ts";
import { type Refusal, refusal } from "../../supervisor/operation.ts";
import { unknownPath } from "../assignment.ts";
import { askOnce, type Context, type Parameters, type Told } from "../context.ts";
import { readDocument, writeDocument } from "../document-text.ts";
import { EditFile } from "../edit-file.ts";
import { exitCodes } from "../exit-code.ts";
import { maybe, verb } from "../verb.ts";
import { changeExits, changeFlags, changeParameters, showChange } from "./change.ts";

export const configEdit = verb({
  words: "config edit",
  group: "Configuration",
  summary: "Change the configuration in an editor.",
  doc:
    "The editor is the one that VISUAL or EDITOR names. A setting that is taken out goes back to what it inherits or " +
    "its default. What is wrong is written on top of the text, to be edited again.",
  takes: { path: maybe("PATH", "Only this node and what lies below.", { completes: "node" }) },
  flags: changeFlags,
  examples: [{ line: "inetsrv config edit smtp/sites/default", doc: "One site in the editor." }],
  exits: [...changeExits, "interrupted"],
  async run(context, given) {
    const { program, out } = context;
    const place = given.path === undefined ? undefined : locateNode(program.model, given.path);
    if (place?.ok === false) return unknownPath(context, place.error);
    const path = place?.value.path ?? "";
    const top = await askOnce(context, "allowed", "config.show", { path: "" });
    if (!top.ok) return top.error.code;
    const { revision } = top.value;
    const section = path === "" ? undefined : path.split("/")[0];
    const asked = { path: section, at: revision, secrets: "omitted" };
    const whole = await askOnce(context, "allowed", "config.export", asked);
    if (!whole.ok) return whole.error.code;
    const part = { path, revision, whole: whole.value };
    const text = textOf(part);
    if (text === undefined) return out.refused(refusal("unknown", `There is no ${path}. See: inetsrv config show`));
    const parameters = { ...changeParameters(context, given), expect: given.expect ?? revision };
    return editPart(context, part, text, parameters);
  },
});

/** What is edited: the node at `path`, in a document of the sections around it. */
interface Part {
  readonly path: string;
  readonly revision: number;
  readonly whole: JsonObject;
}

async function editPart(context: Context, part: Part, before: string, parameters: Parameters): Promise<number> {
  const { world, home, out } = context;
  const editor = world.environment("VISUAL") || world.environment("EDITOR") || "vi";
  const file = new EditFile(home);
  file.write(headOf(part), before);
  for (;;) {
    const ran = await world.edit(editor, file.path);
    const text = file.read();
    const isEdited = text.trim() !== "" && text.trimEnd() !== before.trimEnd();
    if (!isEdited) file.remove();
    if (!ran.ok) return keep(context, file, out.failed(ran.error));
    if (!isEdited) {
      out.show({ edited: false }, () => ["Nothing was edited."]);
      return exitCodes.done;
    }
    const tried = await tryText(context, part, text, parameters);
    if (tried.ok) {
      file.remove();
      showChange(context, tried.value);
      return exitCodes.done;
    }
    const { code, refusal: why } = tried.error;
    if (why === undefined || !(await wantsAgain(context, why))) return keep(context, file, code);
    file.write([...problemsOf(why).map((it) => `WRONG: ${it}`), "", ...headOf(part)], text);
  }
}

async function tryText(
  context: Context,
  { path, whole }: Part,
  text: string,
  parameters: Parameters,
): Promise<Result<ChangeAnswer, Told>> {
  const read = readDocument(text);
  if (!read.ok) {
    const why = refusal("wrong", `The text cannot be read: ${read.error}`);
    return bad({ code: context.out.refused(why), refusal: why });
  }
  const document = withValueAt(whole, stepsOf(path), read.value);
  return askOnce(context, "allowed", "config.apply", { document, mode: "replace", ...parameters });
}

/** Another edit helps against what is wrong with the text, not against what others did meanwhile. */
async function wantsAgain({ world }: Context, { reason }: Refusal): Promise<boolean> {
  if (!world.stdin.isTerminal || reason === "conflict" || reason === "unavailable") return false;
  const answer = await world.stdin.ask("Edit it again? [Y/n] ", { shown: true });
  return answer !== undefined && !/^n/i.test(answer.trim());
}

/** What was typed is not thrown away because it cannot be taken. */
function keep({ out }: Context, file: EditFile, code: number): number {
  if (file.exists()) out.note(`Your text is kept in ${file.path}`);
  return code;
}

const headOf = ({ path, revision }: Part): readonly string[] => [
  `${path === "" ? "The configuration" : path} at revision ${revision}. Comments are not kept.`,
  "What is taken out goes back to what it inherits or its default; an empty file changes nothing.",
  "`$secret: sealed` stands for the secret that is there; a new one is typed in its place and sealed on arrival.",
];

const problemsOf = ({ sentence, problems }: Refusal): readonly string[] =>
  problems.length === 0 ? [sentence] : problems.map(problemSentence);

const stepsOf = (path: string): readonly string[] =>
  path === "" ? [] : path.split("/").map((it) => decodeName(it) ?? it);

function textOf({ path, whole }: Part): string | undefined {
  let value: Json | undefined = whole;
  for (const step of stepsOf(path)) value = isObject(value) ? (value[step] as Json | undefined) : undefined;
  return isObject(value) ? writeDocument(value as JsonObject) : undefined;
}

function withValueAt(whole: JsonObject, steps: readonly string[], value: JsonObject): JsonObject {
  const [first, ...rest] = steps;
  if (first === undefined) return value;
  const below = whole[first];
  return { ...whole, [first]: withValueAt(isObject(below) ? (below as JsonObject) : {}, rest, value) };
}
