import { expect, test } from "bun:test";
import type { Json, JsonObject } from "../../base/json.ts";
import { refusal } from "../../supervisor/operation.ts";
import { refused } from "../testing/fake-program.ts";
import { run } from "../testing/run.ts";

const steps = ["Release 1.1.0 is whole", "The home is given to it"].map((words) => ({ step: "found", words }));
const answers = {
  "server.release.activate": (_given: JsonObject, tell: (step: Json) => void) => {
    for (const it of steps) tell(it);
    return { version: "1.1.0", previous: "1.0.0" };
  },
};

test("each step is a line, and the last one says what serves and the way back", async () => {
  const { code, out, program } = await run("release activate 1.1.0 --trial 90s --yes", { answers });
  expect([code, out.trimEnd().split("\n")]).toEqual([
    0,
    [
      "Release 1.1.0 is whole",
      "The home is given to it",
      "",
      "Done: release 1.1.0 serves. Back to 1.0.0: inetsrv release rollback",
    ],
  ]);
  const [call] = program.calls;
  expect(call).toMatchObject({ operation: "server.release.activate", given: { version: "1.1.0", trial: "1m30s" } });
});

test("with --json each step is a line of its own, and the last one has the step end", async () => {
  const { out } = await run("release activate 1.1.0 --yes --json", { answers });
  const lines = out
    .trim()
    .split("\n")
    .map((it) => JSON.parse(it) as JsonObject);
  expect(lines).toEqual([...steps, { step: "end", version: "1.1.0", previous: "1.0.0" }]);
});

test("nobody is there to agree: nothing is asked of the server", async () => {
  const { code, program } = await run("release rollback", { answers: {} });
  expect([code, program.calls]).toEqual([2, []]);
});

test("a release that went back ends with 1 and the reason", async () => {
  const gone = refused(refusal("unavailable", "Release 1.1.0 has gone back to 1.0.0, as service smtp: it is failed"));
  const { code, err } = await run("release activate 1.1.0 --yes", { answers: { "server.release.activate": gone } });
  expect([code, err.replaceAll(/\s+/g, " ")]).toEqual([1, expect.stringContaining("as service smtp: it is failed")]);
});
