// A thread that opens books in the later format of the tests, and says what it had to do for that.
import { openBooks } from "../found/open-books.ts";
import { nextFormatTable } from "./next-format.ts";

const port = globalThis as unknown as {
  postMessage(message: unknown): void;
  onmessage: (event: { readonly data: string }) => void;
};

port.onmessage = ({ data: folder }) => {
  port.postMessage("begun");
  const { how, news } = openBooks({ folder, wallMs: 1, reserveBytes: 4096 }, undefined, nextFormatTable);
  if (how.ok) how.value.close();
  port.postMessage(how.ok ? news.map((it) => it.is) : how.error);
};
