// Asks a web server without a pause on kept connections and prints how many answers came in the given time. For the bench
// of access logs, as a process of its own.
import { connect } from "node:net";

const [port = "0", connections = "1", milliseconds = "1000"] = process.argv.slice(2);
const END = Buffer.from("\r\n\r\n");
const requests = Array.from({ length: 64 }, (_, index) =>
  Buffer.from(
    `GET /articles/2026/some-name-${index}.html?from=list HTTP/1.1\r\nHost: www.example.org\r\n` +
      `User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/12${index}.0.0.0 Safari/537.36\r\n` +
      "Accept: text/html,application/xhtml+xml\r\nReferer: https://www.example.org/articles/\r\n\r\n",
  ),
);
const request = (): Buffer => requests[Math.floor(Math.random() * requests.length)] ?? END;

let answers = 0;
for (let index = 0; index < Number(connections); index++) {
  const socket = connect({ port: Number(port), host: "127.0.0.1", noDelay: true });
  let open = 0;
  const ask = (): void => {
    // A few at once, as a browser's connections together make them.
    for (; open < 4; open++) socket.write(request());
  };
  socket.on("connect", ask);
  socket.on("data", (chunk: Buffer) => {
    // A body holds no empty line, so each end of a head is one answer.
    for (let at = chunk.indexOf(END); at >= 0; at = chunk.indexOf(END, at + END.length)) {
      answers++;
      open--;
    }
    ask();
  });
}
setTimeout(() => {
  console.log(answers);
  process.exit(0);
}, Number(milliseconds));
