// A whole tree as one file of the copy: a head line, a line per node, an end line with the hash of all before. Pure.
import type { Own } from "../../schema/decode.ts";
import type { Confirmation } from "../store/revision.ts";
import type { Node } from "../tree/tree.ts";
import { printLine, readLine } from "./line.ts";

/** Grows when an older program could not read what this one writes. */
export const COPY_FORMAT = 1;

export interface CheckpointHead {
  readonly instance: string;
  /** The revision whose tree it is, and what proves it. */
  readonly n: number;
  readonly chain: string;
  readonly digest: string;
  readonly confirmed: Confirmation | null;
}

export interface Checkpoint extends CheckpointHead {
  readonly bytes: number;
  nodes(): Iterable<Node>;
}

/** What every metabase begins with, so that it needs no file. */
export const emptyCheckpoint = (instance: string): Checkpoint => ({
  instance,
  n: 0,
  chain: "",
  digest: "0000000000000000",
  confirmed: null,
  bytes: 0,
  nodes: () => [],
});

export function* printCheckpoint(head: CheckpointHead, nodes: Iterable<Node>): Generator<string> {
  const hash = new Bun.CryptoHasher("sha256");
  let part = printLine({ is: "checkpoint", format: COPY_FORMAT, ...head });
  for (const node of nodes) {
    part += `${JSON.stringify(node)}\n`;
    if (part.length < PART_LENGTH) continue;
    hash.update(part);
    yield part;
    part = "";
  }
  hash.update(part);
  yield part + printLine({ is: "end", hash: hash.digest("hex") });
}

/** undefined: it is not what was written; "newer": a later program wrote it. */
export function readCheckpoint(file: Buffer): Checkpoint | "newer" | undefined {
  const endsAt = file.lastIndexOf("\n", -2) + 1;
  const end = readLine(file.toString("utf8", endsAt, file.length - 1));
  const body = file.subarray(0, endsAt);
  const headEnds = body.indexOf("\n");
  const head = headEnds < 0 ? undefined : readLine(body.toString("utf8", 0, headEnds));
  if (head?.is === "checkpoint" && Number(head.format) > COPY_FORMAT) return "newer";
  if (head?.is !== "checkpoint" || end?.is !== "end") return undefined;
  if (end.hash !== new Bun.CryptoHasher("sha256").update(body).digest("hex")) return undefined;
  const { instance, n, chain, digest, confirmed } = head as unknown as CheckpointHead;
  return { instance, n, chain, digest, confirmed, bytes: file.length, nodes: () => nodesOf(body, headEnds + 1) };
}

function* nodesOf(body: Buffer, from: number): Generator<Node> {
  for (let at = from; at < body.length; ) {
    const end = body.indexOf("\n", at);
    const [path, own] = JSON.parse(body.toString("utf8", at, end)) as [string, Own];
    yield [path, own];
    at = end + 1;
  }
}

const PART_LENGTH = 256 * 1024;
