// `inetsrv www site bind|unbind`: one more place where a web site listens, or one less; the others stay as they are.
import type { Json } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { sitePath } from "../../metabase/tree/path.ts";
import { type Binding, binding, printBinding } from "../../schema/kinds/network.ts";
import { refusal } from "../../supervisor/operation.ts";
import { askOnce, type Context } from "../context.ts";
import type { ExitCode } from "../exit-code.ts";
import { type Given, many, toggle, type Verb, verb } from "../verb.ts";
import { change, changeExits, changeFlags, changeParameters } from "./change.ts";
import { oneSite, WEB } from "./www-site.ts";

const lists = ["bindings", "secureBindings"] as const;
type Listed = Readonly<Record<(typeof lists)[number], readonly string[]>>;

const takes = {
  ...oneSite,
  bindings: many("BINDING", "Address, port and host, such as *:80:www.example.org.", { kind: binding }),
};

const bind = verb({
  words: "www site bind",
  group: "Web",
  summary: "Let a web site listen at one more place.",
  doc: "Hosts may be international names, or *.example.org. A binding that another site has is refused.",
  takes,
  flags: { tls: toggle("For connections that begin with TLS."), ...changeFlags },
  examples: [
    { line: 'inetsrv www site bind shop "*:80:shop.example"', doc: "In clear." },
    { line: 'inetsrv www site bind shop "*:443:shop.example" --tls', doc: "With TLS." },
  ],
  exits: changeExits,
  run: (context, given) =>
    rebind(context, given, (listed) => {
      const key = given.tls ? "secureBindings" : "bindings";
      return good({ [key]: [...new Set([...listed[key], ...given.bindings.map(printBinding)])] });
    }),
});

const unbind = verb({
  words: "www site unbind",
  group: "Web",
  summary: "Take away places where a web site listens.",
  doc: "Connections that are open there go on.",
  takes,
  flags: changeFlags,
  examples: [{ line: 'inetsrv www site unbind shop "*:80:shop.example"', doc: "As `www site show` writes it." }],
  exits: changeExits,
  run: (context, given) =>
    rebind(context, given, (listed) => {
      const away = new Set(given.bindings.map(printBinding));
      const strange = [...away].filter((it) => !lists.some((key) => listed[key].includes(it)));
      if (strange.length > 0) return bad(`${given.name} does not listen at ${strange.join(", ")}`);
      const touched = lists.filter((key) => listed[key].some((it) => away.has(it)));
      return good(Object.fromEntries(touched.map((key) => [key, listed[key].filter((it) => !away.has(it))])));
    }),
});

/** Somebody else's change in between is told, and not overwritten. */
async function rebind(
  context: Context,
  given: Given<typeof takes, typeof changeFlags> & { readonly bindings: readonly Binding[] },
  next: (listed: Listed) => Result<Partial<Listed>, string>,
): Promise<number> {
  const at = sitePath(WEB, given.name);
  const read = await readLists(context, at);
  if (!read.ok) return read.error;
  const { listed, revision } = read.value;
  const wanted = next(listed);
  if (!wanted.ok) return context.out.refused(refusal("refused", wanted.error));
  const parameters = changeParameters(context, { ...given, expect: given.expect ?? revision });
  return change(context, "config.change", { edits: [{ at, set: { ...wanted.value } }], ...parameters });
}

async function readLists(
  context: Context,
  path: string,
): Promise<Result<{ readonly listed: Listed; readonly revision: number }, ExitCode>> {
  const node = await askOnce(context, "allowed", "config.show", { path });
  if (!node.ok) return bad(node.error.code);
  const { values, revision } = node.value;
  const listOf = (key: string): readonly string[] => textsIn(values.find((it) => it.path === `${path}/${key}`)?.value);
  return good({ listed: { bindings: listOf("bindings"), secureBindings: listOf("secureBindings") }, revision });
}

const textsIn = (value: Json | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

export const wwwBind: readonly Verb[] = [bind, unbind];
