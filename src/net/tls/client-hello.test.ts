import { expect, test } from "bun:test";
import { connect as connectPlain, createServer } from "node:net";
import { connect } from "node:tls";
import fc from "fast-check";
import { HELLO_BYTES_MAX, readClientHello } from "./client-hello.ts";

/** What a real client sends first. */
function firstMessage(options: Parameters<typeof connect>[0]): Promise<Buffer> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (chunk: Buffer) => {
        resolve(chunk);
        socket.destroy();
        server.close();
      });
    });
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      const client = connect({ socket: connectPlain(port, "127.0.0.1"), rejectUnauthorized: false, ...options });
      client.on("error", () => {});
    });
  });
}

/** The same message in records of at most so many bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const piece = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, piece.length >> 8, piece.length & 255]), piece);
  }
  return Buffer.concat(records);
}

test("a real client's host name, protocols and newest version are read", async () => {
  const bytes = await firstMessage({ servername: "WWW.Example.org", ALPNProtocols: ["h2", "http/1.1"] });
  const hello = { serverName: "www.example.org", protocols: ["h2", "http/1.1"], versionMax: 0x0304 };
  expect(readClientHello(bytes)).toEqual({ is: "hello", hello });
  const old = await firstMessage({ maxVersion: "TLSv1.2" });
  expect(readClientHello(old)).toMatchObject({ hello: { serverName: undefined, versionMax: 0x0303 } });
});

test("a message that arrives in pieces is incomplete until its last byte, in one record or in many", async () => {
  const bytes = await firstMessage({ servername: "a.example" });
  for (const whole of [bytes, inRecords(bytes, 7), inRecords(bytes, 100)]) {
    for (let length = 0; length < whole.length; length++)
      expect(readClientHello(whole.subarray(0, length))).toEqual({ is: "incomplete" });
    expect(readClientHello(whole)).toMatchObject({ is: "hello", hello: { serverName: "a.example" } });
  }
});

test("other protocols are known by their first byte", () => {
  for (const text of ["GET / HTTP/1.1\r\n", "EHLO x\r\n", "\x80\x2e\x01\x03\x01"])
    expect(readClientHello(Buffer.from(text, "latin1"))).toEqual({ is: "not-tls" });
});

test("a message that would be too long, or records without end, are given up at once", () => {
  expect(readClientHello(Buffer.from([22, 3, 1, 0, 4, 1, 1, 0, 0]))).toEqual({ is: "malformed" });
  expect(readClientHello(Buffer.from([22, 3, 1, 0x40, 1]))).toEqual({ is: "malformed" });
  expect(readClientHello(Buffer.from([22, 3, 1, 0, 0]))).toEqual({ is: "malformed" });
  const drip = Buffer.concat(Array.from({ length: 5000 }, () => Buffer.from([22, 3, 1, 0, 1, 1])));
  expect(drip.length).toBeGreaterThan(HELLO_BYTES_MAX);
  expect(readClientHello(drip)).toEqual({ is: "malformed" });
});

test("a name that is no host name is no name", async () => {
  const bytes = await firstMessage({ servername: "x.example" });
  const at = bytes.indexOf("x.example");
  for (const bad of ["../..\0etc", "x example", "\r\n.\r\nabc", "-.example"]) {
    const changed = Buffer.from(bytes);
    changed.write(bad.padEnd(9, "-").slice(0, 9), at, "latin1");
    expect(readClientHello(changed)).toMatchObject({ is: "hello", hello: { serverName: undefined } });
  }
});

test("no bytes make it throw, and a changed byte never makes it read past the end", async () => {
  const bytes = await firstMessage({ servername: "a.example", ALPNProtocols: ["h2"] });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(bytes.length - 1), fc.nat(255), (noise, at, byte) => {
      readClientHello(Buffer.from([22, 3, 1, ...noise]));
      const changed = Buffer.from(bytes);
      changed[at] = byte;
      expect(["hello", "incomplete", "not-tls", "malformed"]).toContain(readClientHello(changed).is);
    }),
  );
});
