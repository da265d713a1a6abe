// A text that a verb is given as a file, or on standard input where its name is "-".
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { about, type Fault, fault } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import { messageOf } from "../base/thrown.ts";
import type { Context } from "./context.ts";

export async function readText({ world }: Context, name: string, bytesMax: number): Promise<Result<string, Fault>> {
  if (name !== "-") return readFile(resolve(world.workingFolder, name), bytesMax);
  const text = await world.stdin.readAll(bytesMax);
  return text === undefined ? bad(tooLong(name, bytesMax)) : good(text);
}

async function readFile(path: string, bytesMax: number): Promise<Result<string, Fault>> {
  try {
    await using file = await open(path);
    if ((await file.stat()).size > bytesMax) return bad(tooLong(path, bytesMax));
    return good(await file.readFile("utf8"));
  } catch (error) {
    return bad(unreadable(path, messageOf(error), "Name a file that can be read"));
  }
}

export const unreadable = (name: string, because: string, remedy: string): Fault =>
  fault(about("file", name), `Cannot read ${name}`, because, remedy);

const tooLong = (name: string, bytesMax: number): Fault =>
  unreadable(name, `it has more than ${bytesMax} bytes`, "Give it in parts");
