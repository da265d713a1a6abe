// The settings of the mail queue, which is one for all sites of the service. Definitions only.
import { duration } from "../schema/kinds/measure.ts";
import { section, setting, type Values } from "../schema/section.ts";

export const queueSection = section("queue", "The mail queue of the home.", {
  historyAge: setting(duration({ min: "1h", max: "36500d" }), {
    fallback: "30d",
    since: "0.1",
    applies: "live",
    doc: "How long the story of a message is known after the last of its recipients was done with: who sent it to whom, and what other servers said. What is still in the queue is not forgotten.",
  }),
});
export type QueueValues = Values<typeof queueSection>;
