// What stands in the access logs of a site, read back as an analyser reads it. Only for tests; only looks.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ReadLine, readDirective, readNcsaLine, readW3cLine } from "../../src/net/access-log/read-log.ts";

/** What stands in the log files of a site, in their order; one that is being begun has another name. */
export function linesIn(folder: string): readonly ReadLine[] {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names
    .filter((name) => !name.startsWith("."))
    .flatMap((name) => {
      let fields: readonly string[] = [];
      return readFileSync(join(folder, name), "utf8")
        .split("\n")
        .flatMap((line) => {
          fields = readDirective(line) ?? fields;
          const read = name.startsWith("nc") ? readNcsaLine(line) : readW3cLine(line, fields);
          return read === undefined ? [] : [read];
        });
    });
}
