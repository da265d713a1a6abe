import { expect, test } from "bun:test";
import { queueIdIn } from "./queue-id.ts";

const spoken: Readonly<Record<string, string | undefined>> = {
  "250 2.0.0 Ok: queued as 4F2A1B9C": "4F2A1B9C",
  "250 2.0.0 Queued as dc4qhmp99yn4rhpk": "dc4qhmp99yn4rhpk",
  "250 OK id=1uAbCd-0000000Ab1-2cDe": "1uAbCd-0000000Ab1-2cDe",
  "250 2.6.0 <a1@host.example> [InternalId=123, Hostname=X] 9000 bytes in 0.1 Queued mail for delivery":
    "a1@host.example",
  "250 2.0.0 OK  1700000000 x12-20020a05si100abc.1 - gsmtp": "x12-20020a05si100abc.1",
  "250 2.0.0 5ABCdef0012345 Message accepted for delivery": "5ABCdef0012345",
  "250 Ok 0102018a2b3c4d5e-aaaaaaaa-bbbb-000000": "0102018a2b3c4d5e-aaaaaaaa-bbbb-000000",
  "250 2.0.0 Taken": undefined,
  "250 OK": undefined,
};

for (const [words, id] of Object.entries(spoken))
  test(`${words} names ${id ?? "nothing"}`, () => expect(queueIdIn(words)).toBe(id));
