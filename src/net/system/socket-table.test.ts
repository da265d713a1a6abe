import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseSocketTable } from "./socket-table.ts";

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100
   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 4712 1 0000000000000000 100
   2: 0100007F:0019 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 20
`;
const table6 = `  sl  local_address                         remote_address                        st ...
   0: 00000000000000000000000001000000:0077 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     9        0 4714 1
`;

test("listeners are read with address, port, user and inode; connections are left out", () => {
  expect(parseSocketTable(table)).toEqual([
    { address: "0.0.0.0", port: 25, uid: 0, inode: 4711 },
    { address: "127.0.0.1", port: 8080, uid: 33, inode: 4712 },
  ]);
  expect(parseSocketTable(table6)).toEqual([{ address: "::1", port: 119, uid: 9, inode: 4714 }]);
});

test("of sockets for datagrams those that take them from everybody are read", () => {
  const udp = table.replaceAll(" 0A ", " 07 ");
  expect(parseSocketTable(udp, "udp").map(({ inode }) => inode)).toEqual([4711, 4712]);
  expect(parseSocketTable(table, "udp")).toEqual([]);
});

test("no text makes the parser fail", () => {
  const piece = fc.constantFrom(" ", "\n", "0:", "0A", "0100007F:0019", "FFFF", "x", "1");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      for (const row of parseSocketTable(pieces.join(""))) expect(row.port).toBeGreaterThanOrEqual(0);
    }),
  );
});
