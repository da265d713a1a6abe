// How a connection of HTTP/2 begins, goes on and ends.
import { expect, test } from "bun:test";
import { answerOf } from "../../http/testing/rig.ts";
import { ask, get, greeting } from "../testing/frames.ts";
import { Rig } from "../testing/rig.ts";

test("a request is answered", () => {
  const rig = new Rig(({ path }) => answerOf(`<${path}>`)).hear(greeting, ask(1, get("/a?b")));
  expect(rig.told()).toEqual([
    "settings 000300000080000600010000",
    "windowUpdate 983041",
    "settings ack",
    "headers 1 :status=200 content-length=6",
    "data 1 </a?b> end",
  ]);
  expect(rig.log).toEqual(["GET /a?b 200 62 whole"]);
  expect(rig.writes).toHaveLength(1);
});
