import { expect, test } from "bun:test";
import { type Report, reporter } from "../event/event.ts";
import { chooseServiceUser, type LookUp, lookUpUser } from "./service-user.ts";

const known: LookUp = (name) => (name === "nobody" ? { uid: 65534, gid: 65534 } : undefined);
const silent: Report = () => {};

test("who is not root has no choice", () => {
  expect(chooseServiceUser(1000, "other", known, silent)).toBeNull();
});

test("as root, the user named is taken, else a usual one", () => {
  expect(chooseServiceUser(0, "nobody", known, silent)).toEqual({ uid: 65534, gid: 65534 });
  expect(chooseServiceUser(0, null, known, silent)).toEqual({ uid: 65534, gid: 65534 });
});

test("a user that is not there is told by name, and nothing runs as root instead", () => {
  const told: string[] = [];
  const report = reporter(
    "server",
    () => 0,
    (it) => told.push(`${it.number} ${it.object.name}`),
  );
  expect(chooseServiceUser(0, "wwwrun", known, report)).toBe("missing");
  expect(told).toEqual(["1041 wwwrun"]);
});

test("the system knows its own root, and nobody with a strange name", () => {
  expect(lookUpUser("root")).toEqual({ uid: 0, gid: 0 });
  expect(lookUpUser("no such user")).toBeUndefined();
});
