import { expect, test } from "bun:test";
import { run } from "../testing/run.ts";

const article = `Another program holds the port

Symptoms
The site does not start, and \`inetsrv status\` says that a
process holds its port. Somebody sees this sentence wrapped.

Cause
Only one program can listen.

See it
  inetsrv status

Mend it
- Stop the other program.
- Or bind another port.

What inetsrv does about it
It tries again.
`;

test("a number gives its event and the article behind it", async () => {
  const { code, out } = await run("explain 4000", { width: 60 });
  expect(code).toBe(0);
  expect(out).toBe(`Event 4000 (error, net.portTaken)
  Cannot listen on {address}: {holder} holds the port.
  -> Stop it, or bind another port.

${article}`);
});

test("words, even misspelt, lead to the article", async () => {
  expect((await run("explain adress alredy in use", { width: 60 })).out).toBe(article);
});

test("an event without an article is explained by its row, and an article that has its number from elsewhere is named", async () => {
  const { code, out } = await run("explain 4001", { width: 60 });
  expect([code, out]).toEqual([
    0,
    `Event 4001 (info, net.listening)
  Listening on {address}.

Also about this
  inetsrv explain port-in-use  (Another program holds the port)
`,
  ]);
  expect((await run("explain WAS 4001", { width: 60 })).out).toBe(article);
});

test("the code of an answer gives its meaning and its setting, and an article only when it is about that", async () => {
  const { code, out } = await run("explain HTTP 404.3", { width: 60 });
  expect([code, out]).toEqual([
    0,
    `404.3 Not Found
  The extension is not known.
  -> Add a row for it.
  inetsrv config describe www/mimeMap
`,
  ]);
  const both = await run("explain 404.3 address already in use", { width: 60 });
  expect(both.out).toEndWith(`describe www/mimeMap\n\n${article}`);
  const json = JSON.parse((await run("explain 404.3 --json")).out);
  expect([json.answers[0].settings, json.article, json.event]).toEqual([["www/mimeMap"], null, null]);
});

test("what nobody knows is said, and is no success", async () => {
  const { code, err } = await run("explain zzzz");
  expect(code).toBe(4);
  expect(err).toStartWith('Nothing is known about "zzzz". Try other words');
});
