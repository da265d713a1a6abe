import { expect, test } from "bun:test";
import fc from "fast-check";
import { Outbox } from "./outbox.ts";

/** What leaves, write by write. */
const gathering = (hears = true) => {
  const writes: string[] = [];
  const write = (bytes: Buffer) => {
    writes.push(bytes.toString("latin1"));
    return hears;
  };
  return { writes, write };
};

test("what is said together leaves in one write, and bytes are kept as they are", () => {
  const [out, sink] = [new Outbox(), gathering()];
  out.begin(sink);
  out.text("a\xff");
  out.add(Buffer.from("-bcd-"), 1, 4);
  expect(sink.writes).toEqual([]);
  expect([out.end(), sink.writes, out.total]).toEqual([true, ["a\xffbcd"], 5]);
});

test("a large piece leaves as it is, and one behind a head fills the write of the head", () => {
  const large = Buffer.alloc(200_000, "x");
  let direct = false;
  const [out, writes] = [new Outbox(), [] as number[]];
  const sink = {
    write(bytes: Buffer) {
      writes.push(bytes.length);
      direct ||= bytes.buffer === large.buffer;
      return true;
    },
  };
  out.begin(sink);
  out.add(large);
  expect([writes, direct]).toEqual([[200_000], true]);
  out.text("head");
  out.add(large);
  out.end();
  expect(writes).toEqual([200_000, 65_536, 134_468]);
});

test("it tells that the peer does not keep up, until it speaks to another", () => {
  const out = new Outbox();
  out.begin(gathering(false));
  out.text("a");
  expect([out.blocked, out.end(), out.blocked]).toEqual([false, false, true]);
  out.begin(gathering());
  expect([out.blocked, out.end()]).toEqual([false, true]);
});

test("nobody speaks into the words of another", () => {
  const out = new Outbox();
  out.begin(gathering());
  expect(() => out.begin(gathering())).toThrow();
  out.end();
  out.text("x");
  expect(() => out.end()).toThrow();
});

test("whatever is said comes out whole and in order", () => {
  const size = fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 150_000 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), size), { maxLength: 8 }), (parts) => {
      const [out, sink] = [new Outbox(), gathering()];
      const texts = parts.map(([, length], index) => String(index).repeat(length));
      out.begin(sink);
      for (const [index, [isText]] of parts.entries()) {
        const text = texts[index] ?? "";
        if (isText) out.text(text);
        else out.add(Buffer.from(`<${text}>`), 1, text.length + 1);
      }
      out.end();
      expect(sink.writes.join("") === texts.join("")).toBeTrue();
      expect(out.total).toBe(texts.join("").length);
    }),
    { numRuns: 100 },
  );
});
