import { expect, test } from "bun:test";
import { about, sentence } from "../../base/fault.ts";
import { type Occurrence, reporter } from "../../event/event.ts";
import { type ListenFailure, listenFailure, listenFault, reportListenFailure } from "./listen-failure.ts";

const setting = "smtp/sites/default/bindings";
const told = (failure: ListenFailure): string => sentence(listenFault(failure, about("site", "default"), setting));
const port25 = { address: "0.0.0.0", port: 25 };
const sinceMs = new Date(2026, 2, 1, 10, 21).getTime();
const nginx = { kind: "process", pid: 812, program: "nginx", user: "www-data", parent: 1, sinceMs } as const;

test("a taken port names its holder as well as it is known", () => {
  expect(told({ ...port25, kind: "port-taken", holders: [nginx] })).toBe(
    "Cannot listen on 0.0.0.0:25: process 812 (nginx) of user www-data, running since 2026-03-01 10:21, holds the port. " +
      "Stop it, or change smtp/sites/default/bindings.",
  );
  expect(told({ ...port25, kind: "port-taken", holders: [nginx, nginx, nginx] })).toContain(
    "10:21 (with 2 more), holds",
  );
  expect(told({ ...port25, kind: "port-taken", holders: [{ kind: "user", user: "news" }] })).toContain(
    ": a process of user news holds the port.",
  );
  expect(told({ ...port25, kind: "port-taken", holders: [] })).toContain(
    ": a process that cannot be seen from here holds the port.",
  );
});

test("a missing address lists the present ones, up to a bound", () => {
  const present = Array.from({ length: 15 }, (_, n) => `192.0.2.${n + 1}`);
  expect(told({ address: "2001:db8::1", port: 25, kind: "address-missing", present })).toMatch(
    /^Cannot listen on \[2001:db8::1\]:25: .* present are 192\.0\.2\.1, .*192\.0\.2\.12 and 3 more\. Change smtp/,
  );
});

test("a port that is not permitted tells four ways out", () => {
  const text = told({ ...port25, kind: "not-permitted", uid: 3_999_999_999 });
  expect(text).toStartWith(
    "Cannot listen on 0.0.0.0:25: user 3999999999 may not open port 25, as low ports need a privilege.",
  );
  for (const way of ["root", "setcap cap_net_bind_service=+ep", "AmbientCapabilities=", "1024 or above"])
    expect(text).toContain(way);
});

test("each error of the kernel becomes its own kind", () => {
  const kindOf = (code: string): string => listenFailure(port25, { call: "bind", code, because: code }).kind;
  expect(
    ["EADDRINUSE", "EADDRNOTAVAIL", "EAFNOSUPPORT", "EACCES", "EPERM", "EMFILE", "ENFILE", "ENOMEM"].map(kindOf),
  ).toEqual([
    "port-taken",
    "address-missing",
    "address-missing",
    "not-permitted",
    "not-permitted",
    "out-of-descriptors",
    "out-of-descriptors",
    "other",
  ]);
});

test("as an event it is about the address, with the same reason and the same way out", () => {
  const seen: Occurrence[] = [];
  const failure: ListenFailure = { ...port25, kind: "port-taken", holders: [nginx] };
  reportListenFailure(
    reporter(
      "smtp",
      () => 0,
      (it) => seen.push(it),
    ),
    failure,
    setting,
  );
  const { because, remedy } = listenFault(failure, about("site", "default"), setting);
  expect(seen[0]).toMatchObject({ number: 4000, object: { kind: "address", name: "0.0.0.0:25" }, remedy });
  expect(seen[0]?.sentence).toBe(`Cannot listen on 0.0.0.0:25, as ${setting} asks: ${because}.`);
});
