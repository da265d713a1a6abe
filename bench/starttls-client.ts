// A client of SMTP that does nothing but STARTTLS, for the bench of handshakes, as a process of its own: connects, goes over
// to TLS, says QUIT in it and waits for the end, again and again, and then prints how often it came so far.
import { connect as connectPlain, type Socket } from "node:net";
import { connect, type SecureVersion } from "node:tls";

const [port = "0", milliseconds = "0", version = "TLSv1.3", abreast = "1"] = process.argv.slice(2);
/** The exchanges that all servers know: with the post-quantum one, which the runtime offers too, ours would do more than others. */
const alike = { minVersion: version as SecureVersion, maxVersion: version as SecureVersion, ecdhCurve: "X25519:P-256" };
const endMs = performance.now() + Number(milliseconds);
let done = 0;

async function goOver(): Promise<void> {
  const plain = connectPlain({ port: Number(port), host: "127.0.0.1", noDelay: true });
  await said(plain, "");
  await said(plain, "EHLO bench\r\n");
  await said(plain, "STARTTLS\r\n");
  const secured = connect({ socket: plain, rejectUnauthorized: false, ...alike });
  await heard(secured, "secureConnect");
  const over = heard(secured, "close");
  secured.resume();
  secured.end("QUIT\r\n");
  await over;
  done++;
}

/** Once the last line of the answer is there. */
function said(socket: Socket, command: string): Promise<void> {
  socket.write(command);
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      if (!/^\d{3} .*\r\n$/m.test(chunk.toString("latin1"))) return;
      socket.off("data", take);
      socket.off("error", reject);
      resolve();
    };
    socket.on("data", take);
    socket.once("error", reject);
  });
}

const heard = (socket: Socket, event: "secureConnect" | "close"): Promise<void> =>
  new Promise((resolve, reject) => void socket.once(event, () => resolve()).once("error", reject));

async function goOn(): Promise<void> {
  while (performance.now() < endMs) await goOver();
}

await Promise.all(Array.from({ length: Number(abreast) }, goOn));
console.log(done);
