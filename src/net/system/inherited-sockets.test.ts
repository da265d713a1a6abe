import { expect, test } from "bun:test";
import { join } from "node:path";
import { expectGood } from "../../base/result.ts";
import { announcedSockets } from "./inherited-sockets.ts";
import { openListeningSocket } from "./listening-socket.ts";
import * as system from "./system-calls.ts";

test("the variables of systemd name descriptors from 3 on", () => {
  const environment = { LISTEN_PID: "812", LISTEN_FDS: "3", LISTEN_FDNAMES: "http:smtp" };
  expect(announcedSockets(environment, 812)).toEqual([
    { fd: 3, name: "http" },
    { fd: 4, name: "smtp" },
    { fd: 5, name: "unknown" },
  ]);
});

test("variables that are for another process, or make no sense, announce nothing", () => {
  expect(announcedSockets({}, 812)).toEqual([]);
  expect(announcedSockets({ LISTEN_PID: "811", LISTEN_FDS: "1" }, 812)).toEqual([]);
  for (const count of ["", "0", "-1", "x", "1e3", "99999"])
    expect(announcedSockets({ LISTEN_PID: "812", LISTEN_FDS: count }, 812)).toEqual([]);
  expect(announcedSockets({ LISTEN_PID: "812", LISTEN_FDS: "9999" }, 812).length).toBe(1024);
});

test("inherited sockets are found with their addresses, and what is not one is reported with the reason", async () => {
  const four = expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
  const six = expectGood(openListeningSocket({ address: "::1", port: 0 }));
  const silent = expectGood(system.socket("ipv4", "stream"));
  const script = `
    import { readFileSync } from "node:fs";
    import { inheritedSockets } from ${JSON.stringify(join(import.meta.dir, "inherited-sockets.ts"))};
    const environment = { LISTEN_PID: String(process.pid), LISTEN_FDS: "4", LISTEN_FDNAMES: "ftp:nntp:smtp:www" };
    const reported = [];
    const report = (row, subject, parameters) => reported.push([subject.name, parameters]);
    const sockets = inheritedSockets(environment, process.pid, report);
    const flags = [3, 4].map((fd) => /flags:\\s+(\\d+)/.exec(readFileSync("/proc/self/fdinfo/" + fd, "utf8"))[1]); // system path
    console.log(JSON.stringify({ sockets, reported, flags }));
  `;
  const child = Bun.spawn({
    cmd: [process.execPath, "-e", script],
    stdio: ["ignore", "pipe", "inherit", four.fd, six.fd, silent],
  });
  expect(JSON.parse(await new Response(child.stdout).text())).toEqual({
    sockets: [
      { fd: 3, name: "ftp", open: true, address: "127.0.0.1", port: four.port },
      { fd: 4, name: "nntp", open: true, address: "::1", port: six.port },
    ],
    reported: [
      ["smtp", { descriptor: 5, because: "it does not listen" }],
      ["www", { descriptor: 6, because: expect.stringContaining("it is not an open socket") }],
    ],
    // Close-on-exec and non-blocking, as the rest of the program takes for granted.
    flags: ["02004002", "02004002"],
  });
  four.close();
  six.close();
  system.close(silent);
});
