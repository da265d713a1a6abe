// The deliverer over a spool in memory against servers that behave and servers that do not.
import { expect, test } from "bun:test";
import { selfSigned } from "../../net/testing/certificates.ts";
import { textOf } from "../../spool/testing/rig.ts";
import { deliverRig, policyOf, storyOf, until } from "./testing/deliver-rig.ts";
import { fakeResolver } from "./testing/fake-resolver.ts";
import { openSink } from "./testing/sink.ts";

const smart = (port: number, more: Parameters<typeof policyOf>[0] = {}) => ({
  policy: policyOf({ smartHost: `[127.0.0.1]:${port}`, ...more }),
});

test("A message goes to the smart host, and the story has the words of it", async () => {
  await using sink = await openSink();
  await using rig = await deliverRig(smart(sink.port));
  const id = await rig.put({ to: ["anna@example.org", "ben@example.net"] }, "Subject: hi\r\n\r\n.dot\r\n..two\r\nend");
  const [got] = await sink.received(1);
  expect(got).toMatchObject({ from: "erp@plant.example", to: ["anna@example.org"] });
  expect(got?.text).toBe("Subject: hi\r\n\r\n.dot\r\n..two\r\nend\r\n");
  const story = await rig.tried(id);
  expect(story.recipients.map((it) => it.status)).toEqual(["delivered", "delivered"]);
  expect(story.happenings[0]).toMatchObject({ what: "delivered", who: `[127.0.0.1]:${sink.port}`, text: "250 2.0.0 Taken" });
});
