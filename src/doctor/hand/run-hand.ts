// The process that tries things for the doctor, from its own side: it becomes the user that its name says, tries what it is
// told line by line, and says each end as a line. What hangs hangs here.

import { linesOf } from "../../base/lines-of.ts";
import { layDownPrivileges } from "../../net/system/lay-down-privileges.ts";
import { dieWithParent } from "../../net/system/system-calls.ts";
import type { Trial } from "../../service/doctor-check.ts";
import { carryOut } from "./trials.ts";

/** The first line that it says. */
export const READY = "ready";

export async function runHand(name: string): Promise<number> {
  dieWithParent();
  const [, uid, gid] = name.split(":").map(Number);
  if (uid !== undefined && gid !== undefined && process.getuid?.() === 0) layDownPrivileges({ uid, gid });
  process.stdout.write(`${READY}\n`);
  for await (const line of linesOf(Bun.stdin.stream()))
    process.stdout.write(`${JSON.stringify(carryOut(JSON.parse(line) as Trial))}\n`);
  return 0;
}
