import { expect, test } from "bun:test";
import { good } from "../base/result.ts";
import type { ListeningSocket } from "../net/system/listening-socket.ts";
import { parseBinding } from "../schema/kinds/network.ts";
import { ListenerTable, unborrowed } from "./listener-table.ts";

function world() {
  const open = new Set<string>();
  const closings: string[] = [];
  const socket = (address: string, port: number): ListeningSocket => {
    open.add(`${address}:${port}`);
    const close = (where = "everywhere"): void => {
      open.delete(`${address}:${port}`);
      closings.push(where);
    };
    return { fd: 99, address, port, open: true, close };
  };
  return { open, closings, socket };
}
const at = (text: string) => parseBinding(text) ?? { address: "", port: 0, host: "" };

test("sites that are bound to one address and port share a socket, and the last one closes it", () => {
  const { open, closings, socket } = world();
  const table = new ListenerTable([], ({ address, port }) => good(socket(address, port)));
  const a = table.borrow("www/sites/a", at("*:80:a.example"));
  const b = table.borrow("www/sites/b", at("*:80:b.example"));
  if (!a.ok || !b.ok) throw new Error("not lent");
  expect(a.value.lent.tag).toBe(b.value.lent.tag);
  expect(table.giveBack("www/sites/a", a.value.lent.tag)).toBe(false);
  expect([...open]).toEqual(["*:80"]);
  expect(table.giveBack("www/sites/b", b.value.lent.tag, "for newcomers")).toBe(true);
  expect([[...open], closings]).toEqual([[], ["for newcomers"]]);
});

test("a socket for all addresses serves single ones, and takes the place of those that were open", () => {
  const { open, socket } = world();
  const table = new ListenerTable([], ({ address, port }) => good(socket(address, port)));
  table.borrow("www/sites/a", at("127.0.0.1:80"));
  const all = table.borrow("www/sites/b", at("*:80"));
  const again = table.borrow("www/sites/a", at("127.0.0.1:80"));
  expect(all.ok && all.value.displaced).toEqual(["www/sites/a"]);
  expect(all.ok && again.ok && again.value.lent.tag === all.value.lent.tag).toBe(true);
  expect([...open]).toEqual(["*:80"]);
});

test("port 0 gives every site a socket of its own", () => {
  const { socket } = world();
  const table = new ListenerTable([], ({ address }) => good(socket(address, 1234)));
  const a = table.borrow("a", at("127.0.0.1:0"));
  const b = table.borrow("b", at("127.0.0.1:0"));
  expect(a.ok && b.ok && a.value.lent.tag !== b.value.lent.tag).toBe(true);
});

test("a site that names the port it was given keeps its socket", () => {
  const { open, socket } = world();
  const table = new ListenerTable([], ({ address }) => good(socket(address, 1234)));
  const any = table.borrow("a", at("127.0.0.1:0"));
  const named = table.borrow("a", at("127.0.0.1:1234"));
  expect(any.ok && named.ok && any.value.lent.tag === named.value.lent.tag).toBe(true);
  expect(open.size).toBe(1);
});

test("port 0 in clear and port 0 with TLS are two sockets of one site", () => {
  const { socket } = world();
  const table = new ListenerTable([], ({ address }) => good(socket(address, 1234)));
  const inClear = table.borrow("a", at("127.0.0.1:0"));
  const secure = table.borrow("a", { ...at("127.0.0.1:0"), secure: true });
  expect(inClear.ok && secure.ok && inClear.value.lent.tag !== secure.value.lent.tag).toBe(true);
  const again = table.borrow("a", { ...at("127.0.0.1:0"), secure: true });
  expect(secure.ok && again.ok && secure.value.lent.tag === again.value.lent.tag).toBe(true);
});

test("a socket that was handed over is used before one is opened", () => {
  const { socket } = world();
  const handed = socket("::", 80);
  const table = new ListenerTable([unborrowed(handed)], () => {
    throw new Error("opened");
  });
  const lent = table.borrow("a", at("*:80"));
  expect(lent.ok && lent.value.lent.socket).toBe(handed);
  if (lent.ok) table.giveBack("a", lent.value.lent.tag);
  const again = table.borrow("a", at("*:80"));
  expect(again.ok && again.value.lent.socket).toBe(handed);
});

test("sockets of the server before go to whoever borrows the same binding, and what nobody wants is closed here alone", () => {
  const { closings, socket } = world();
  const first = new ListenerTable([unborrowed(socket("::", 80))], ({ address }) => good(socket(address, 40_000)));
  for (const [site, binding] of [
    ["a", "*:80"],
    ["a", "127.0.0.1:0"],
    ["b", "127.0.0.1:25"],
  ] as const)
    first.borrow(site, at(binding));
  const handed = first.handOver();
  expect(handed.map(({ inherited }) => inherited)).toEqual([true, false, false]);

  const second = new ListenerTable(handed, () => {
    throw new Error("opened");
  });
  const any = second.borrow("a", at("127.0.0.1:0"));
  expect(any.ok && any.value.lent.socket).toBe(handed[1]?.socket as ListeningSocket);
  second.settle();
  expect(closings).toEqual(["here"]);
  // What somebody above has opened waits for the next borrower.
  const above = second.borrow("a", at("*:80"));
  expect(above.ok && above.value.lent.socket).toBe(handed[0]?.socket as ListeningSocket);
  expect(second.handOver()).toHaveLength(2);
  // Another one has them from then on: whatever is given back stays open there.
  if (any.ok) second.giveBack("a", any.value.lent.tag);
  expect(closings).toEqual(["here", "here"]);
});
