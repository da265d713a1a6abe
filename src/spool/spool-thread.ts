// The thread that has the books open, so that no event loop waits for a disk. Whatever has arrived is one transaction;
// it decides nothing, and ends when its process says so.
import { type Asked, entriesOf } from "./book/operations.ts";
import { type OpenBooks, openBooks } from "./found/open-books.ts";
import { type FromThread, type ToThread, unpack } from "./thread-messages.ts";

const BATCH_MAX = 2000;
/** Of bodies held in one transaction, so that the log of SQLite stays within its bound. */
const BATCH_BYTES_MAX = 16 * 1024 * 1024;

interface Port {
  postMessage(message: FromThread): void;
  onmessage: ((event: { readonly data: ToThread }) => void) | null;
}

const port = globalThis as unknown as Port;
const slabs = new Map<number, SharedArrayBuffer>();
const waiting: { readonly number: number; readonly asked: Asked }[] = [];
let books: OpenBooks | undefined;
let scheduled = false;

port.onmessage = ({ data }) => {
  switch (data.is) {
    case "open": {
      const opened = openBooks(data.opening);
      if (opened.how.ok) books = opened.how.value;
      const how = opened.how.ok ? { ok: true as const, value: undefined } : opened.how;
      port.postMessage({ is: "opened", how, news: opened.news });
      return;
    }
    case "share":
      slabs.set(data.slab, data.buffer);
      return;
    case "forget":
      slabs.delete(data.slab);
      return;
    case "ask":
      unpack(data.packed, slabs).forEach((asked, index) => {
        waiting.push({ number: data.from + index, asked });
      });
      schedule();
      return;
    case "close":
      while (waiting.length > 0) run();
      books?.close();
      books = undefined;
      port.postMessage({ is: "closed" });
      return;
    default:
      throw new Error(`no such message: ${data satisfies never}`);
  }
};

/** After the messages that have come already. */
function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    run();
    if (waiting.length > 0) schedule();
  });
}

function run(): void {
  const batch = waiting.splice(0, batchLength());
  if (batch.length === 0 || books === undefined) return;
  const answers = books.teller.run(batch.map((it) => it.asked));
  const news = books.newsOf(answers);
  port.postMessage({ is: "answers", numbers: batch.map((it) => it.number), answers, news });
}

function batchLength(): number {
  let bytes = 0;
  for (const [index, { asked }] of waiting.entries()) {
    if (index === BATCH_MAX || bytes > BATCH_BYTES_MAX) return index;
    for (const { body, sizeBytes } of entriesOf(asked)) bytes += body.is === "file" ? 0 : sizeBytes;
  }
  return waiting.length;
}

port.postMessage({ is: "loaded" });
