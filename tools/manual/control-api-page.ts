// Every operation that a running server answers on its control socket. Pure.
import { type Operation, operationPath } from "../../src/supervisor/operation.ts";
import { code, page, prose, table } from "./markdown.ts";

export const controlApiPage = (operations: readonly Operation<never>[]): string =>
  page("Control API", [
    "HTTP on the socket `run/control.sock` of the home, where its owner and root may ask. A question is a POST with a JSON object of parameters; what changes nothing may also be asked with GET, its parameters in the query. The answer is a JSON object with `answer`, or with `refused`: a reason (`wrong`, `unknown`, `conflict`, `refused`, `unavailable`), a sentence, and the problems with path, what was given and what is needed. `/v1/openapi.json` describes the same for programs.",
    ...operations.flatMap(operationParts),
  ]);

const STEPS = "answered in lines of JSON: each step under `step` as it happens, and the answer as the last line";

const operationParts = ({ name, reads, tells, doc, takes }: Operation<never>): readonly string[] => [
  `## ${code(name)}`,
  `${code(`POST ${operationPath(name)}`)}${reads ? ", which changes nothing" : ""}${tells ? `, ${STEPS}` : ""}`,
  prose(doc),
  Object.keys(takes).length === 0
    ? ""
    : table(
        ["parameter", "", "takes", "meaning"],
        Object.entries(takes).map(([key, it]) => [
          code(key),
          it.needed ? "needed" : "",
          prose(it.kind.wish),
          prose(it.doc),
        ]),
      ),
];
