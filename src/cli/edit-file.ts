// A text in a file of its own while an editor works on it: in run/ of the home, readable by its owner alone. The
// comments at its top are ours, written anew each time and not read back.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Home, roomPath } from "../base/home.ts";

export class EditFile {
  readonly path: string;

  constructor(home: Home) {
    this.path = roomPath(home, "run", `edit-${randomBytes(6).toString("hex")}.yaml`);
  }

  write(comments: readonly string[], text: string): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const head = comments.flatMap((it) => it.split("\n")).map((it) => `# ${it}\n`);
    writeFileSync(this.path, `${head.join("")}\n${text}`, { mode: 0o600 });
  }

  read(): string {
    return readFileSync(this.path, "utf8").replace(/^(#.*(\n|$)|[ \t\r]*\n)*/, "");
  }

  exists(): boolean {
    return existsSync(this.path);
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}
