import { expect, test } from "bun:test";
import { about } from "../../base/fault.ts";
import type { Occurrence } from "../../event/event.ts";
import { reporter } from "../../event/event.ts";
import type { SupervisorMessage } from "../../ipc/messages.ts";
import { supervisorEvents } from "../events.ts";
import type { LoginQuestion } from "../login-desk.ts";
import { answerFor, type Decider, Decisions, RemoteDecider } from "./decisions.ts";
import { Link } from "./link.ts";
import type { SuccessionMessage } from "./messages.ts";

const question: LoginQuestion = { name: "worker.scram.ask", id: 7, account: "anna" };
const answer = (salt: string): SupervisorMessage => ({ name: "supervisor.scram.answer", id: 7, salt, iterations: 1 });
const news = (generation: number): SupervisorMessage => ({
  name: "supervisor.accounts.changed",
  generation,
  offersScram: true,
});
const decider = (salt: string, kept: Occurrence[] = []): Decider => ({
  answer: async () => answer(salt),
  news: () => news(salt.length),
  write: (it) => kept.push(it),
});
const events: Occurrence[] = [];
reporter(
  "server",
  () => 5,
  (it) => events.push(it),
)(supervisorEvents.serverDown, about("home", "x"));
const [event] = events as [Occurrence];

test("a login and an event wait for whoever decides next, and all are told that accounts may differ", async () => {
  const decisions = new Decisions();
  let renewed = 0;
  const forget = decisions.onRenewal(() => renewed++);
  const asked = decisions.answer("smtp", question);
  decisions.write(event);
  const kept: Occurrence[] = [];
  decisions.begin(decider("here", kept));
  expect(await asked).toEqual(answer("here"));
  expect([kept, renewed, decisions.news()]).toEqual([[event], 1, news(4)]);

  decisions.suspend();
  expect(decisions.news()).toEqual(news(4));
  const later = decisions.answer("smtp", question);
  decisions.write(event);
  expect(decisions.takeWaiting()).toEqual([event]);
  forget();
  decisions.begin(decider("elsewhere"));
  expect(await later).toEqual(answer("elsewhere"));
  expect(renewed).toBe(1);
});

test("what another server is asked crosses the line and comes back; when it is gone the next one is asked the same", async () => {
  const decisions = new Decisions();
  const sent: SuccessionMessage[] = [];
  const link = new Link(-1, (message) => sent.push(message));
  const remote = new RemoteDecider(link, { generation: 3, offersScram: false }, (it) => decisions.suspend(it));
  decisions.begin(remote);
  expect(decisions.news()).toMatchObject({ generation: 3, offersScram: false });

  const first = decisions.answer("smtp", question);
  const second = decisions.answer("smtp", question);
  await Promise.resolve();
  await Promise.resolve();
  const [ask] = sent;
  if (ask?.name !== "giver.login.ask") throw new Error("nothing was asked");
  const there: SuccessionMessage[] = [];
  await answerFor(
    new Link(-1, (message) => there.push(message)),
    { answer: async () => answer("there"), news: () => news(1) },
    ask,
  );
  const [back] = there;
  if (back?.name !== "taker.login.answer") throw new Error("nothing was answered");
  remote.answered(back);
  expect(await first).toEqual(answer("there"));

  decisions.write(event);
  expect(sent.at(-1)).toEqual({ name: "giver.event.write", occurrence: event });
  link.ended();
  await link.closed;
  await Promise.resolve();
  decisions.begin(decider("here again"));
  expect(await second).toEqual(answer("here again"));
});
