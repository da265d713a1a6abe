// `inetsrv user allow|deny|may|blocks|unblock`: what users may do, why, and who is shut out for now.
import { placeKind, printPlace } from "../../account/grant.ts";
import { rights } from "../../account/rights.ts";
import { choice } from "../../schema/kinds/plain.ts";
import { answerOf } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { toned } from "../look/line.ts";
import { once, type Verb, verb } from "../verb.ts";
import { blocksLines, grantLines, unblockedLines } from "../views/account-view.ts";
import { groupName, userName } from "./user.ts";

const what = {
  right: once("RIGHT", `One of ${rights.join(", ")}.`, { kind: choice(rights) }),
  place: once("PLACE", "A site such as smtp/default, a service such as smtp, or * for everything.", {
    kind: placeKind,
  }),
};

/** `user allow`, `user deny`, `group allow`, `group deny`. */
export function granting(is: "user" | "group", word: "allow" | "deny"): Verb {
  const name = is === "user" ? "anna" : "staff";
  return verb({
    words: `${is} ${word}`,
    group: "Accounts",
    summary: word === "allow" ? `Give a ${is} a right at a place.` : `Take a right at a place from a ${is}.`,
    ...(word === "allow"
      ? { doc: "Whoever may do anything at a place may log in there; write brings read, administer brings all." }
      : { doc: "It takes away what was given with allow; what gives the right still is told." }),
    takes: { name: once("NAME", `The name of the ${is}.`, { kind: is === "user" ? userName : groupName }), ...what },
    flags: {},
    examples: [{ line: `inetsrv ${is} ${word} ${name} relay smtp/default`, doc: "At one site." }],
    exits: ["refused", "conflict"],
    run(context, given) {
      const parameters = {
        who: context.world.user,
        name: given.name,
        right: given.right,
        place: printPlace(given.place),
      };
      return answerOf(context, "allowed", `${is}.${word}`, parameters, (answer) =>
        context.out.show(answer, () =>
          grantLines(`${is} ${given.name}`, `${given.right} ${printPlace(given.place)}`, word, answer),
        ),
      );
    },
  });
}

const may = verb({
  words: "user may",
  group: "Accounts",
  summary: "Tell whether a user may do something, and why.",
  takes: { name: once("NAME", "The name of the user.", { kind: userName }), ...what },
  flags: {},
  examples: [{ line: "inetsrv user may anna relay smtp/default", doc: "Ends with 0 for yes and 4 for no." }],
  exits: ["refused"],
  run(context, { name, right, place }) {
    const parameters = { name, right, place: printPlace(place) };
    return answerOf(
      context,
      "allowed",
      "user.may",
      parameters,
      (answer) =>
        context.out.show(answer, () => [
          [answer.allowed ? toned("good", "Yes") : toned("bad", "No"), `: ${answer.because}.`],
          ...(answer.enabled ? [] : [`${name} is disabled: inetsrv user enable ${name}`]),
        ]),
      ({ allowed }) => (allowed ? exitCodes.done : exitCodes.refused),
    );
  },
});

const blocks = verb({
  words: "user blocks",
  group: "Accounts",
  summary: "Show who may not log in for now, after failed logins.",
  takes: {},
  flags: {},
  examples: [{ line: "inetsrv user blocks", doc: "Addresses and accounts, and when each block ends." }],
  exits: ["notRunning", "conflict"],
  run: (context) =>
    answerOf(context, "refused", "user.blocks", {}, (answer) =>
      context.out.show(answer, () => blocksLines(answer, context.out.width)),
    ),
});

const unblock = verb({
  words: "user unblock",
  group: "Accounts",
  summary: "Forget failed logins of an address or an account.",
  doc: "An address that is never to be blocked belongs into the setting account/allowList.",
  takes: { name: once("ADDRESS|ACCOUNT", "As `inetsrv user blocks` shows it.") },
  flags: {},
  examples: [{ line: "inetsrv user unblock 192.0.2.7", doc: "It may log in again at once." }],
  exits: ["notRunning", "refused", "conflict"],
  run: (context, { name }) =>
    answerOf(context, "refused", "user.unblock", { who: context.world.user, name }, (answer) =>
      context.out.show(answer, () => unblockedLines(name, answer.lifted)),
    ),
});

export const userAccess: readonly Verb[] = [granting("user", "allow"), granting("user", "deny"), may, blocks, unblock];
