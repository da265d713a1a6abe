// Rules about who imports whom: the direction between the rooms, no circles, and rooms that stay pure.
// A type counts as much as a value: what names another room knows it.
import { posix } from "node:path";
import { isTest, type Source } from "../source.ts";
import { at, eachFile, type Finding, inSource, type Rule } from "./rule.ts";

interface Import {
  /** The project's file that is meant, or the package as written. */
  readonly target: string;
  readonly at: number;
}

export function importsOf(file: Source): readonly Import[] {
  const literals = new Map(file.strings.map((literal) => [literal.at, literal.value]));
  return [...file.code.matchAll(/\b(?:from|import(?:\s*\()?)\s*["']/g)].flatMap((match) => {
    const offset = match.index + match[0].length;
    const written = literals.get(offset);
    if (written === undefined) return [];
    return [{ target: written.startsWith(".") ? posix.join(posix.dirname(file.path), written) : written, at: offset }];
  });
}

/**
 * `rows` from the ground up: a room may import from the rows before its own, and nothing beside it, but where one is built upon
 * another: `upon` holds such pairs.
 */
export function direction(rows: readonly (readonly string[])[], upon: Readonly<Record<string, string>> = {}): Rule {
  const rowOf = (room: string) => rows.findIndex((row) => row.includes(room.split("/")[0] ?? room));
  return eachFile("direction", (file) => {
    if (!inSource(file)) return [];
    const room = roomOf(file.path);
    if (rowOf(room) < 0) return [at(file, 0, `${room} is no room of the table in tools/tidy.ts: add it to its row`)];
    return importsOf(file).flatMap(({ target, at: offset }) => {
      if (target.startsWith("test/") && isTest(file)) return [];
      if (!target.startsWith("src/"))
        return /^(tools|test|bench)\//.test(target) ? [at(file, offset, `src imports nothing from ${target}`)] : [];
      const other = roomOf(target);
      if (other === room || upon[room] === other || room.startsWith(`${other}/`) || rowOf(other) < rowOf(room))
        return [];
      const where = rowOf(other) === rowOf(room) ? "beside" : "above";
      return [at(file, offset, `${room} imports ${target}, but ${other} is ${where} it: hand it in, or move it down`)];
    });
  });
}

/** The folder under src; in proto one deeper, since the protocols do not know each other. */
function roomOf(path: string): string {
  const [, first = path, second, third] = path.split("/");
  return first === "proto" && third !== undefined ? `${first}/${second}` : first;
}

export const circles: Rule = {
  name: "circles",
  check(files) {
    const known = new Map(files.map((file) => [file.path, file]));
    const finished = new Set<string>();
    const findings: Finding[] = [];
    const visit = (file: Source, way: readonly string[]) => {
      if (finished.has(file.path)) return;
      const here = [...way, file.path];
      for (const { target, at: offset } of importsOf(file)) {
        const next = known.get(target);
        const start = here.indexOf(target);
        if (start >= 0)
          findings.push(at(file, offset, `imports in a circle: ${[...here.slice(start), target].join(" -> ")}`));
        else if (next !== undefined) visit(next, here);
      }
      finished.add(file.path);
    };
    for (const file of files) visit(file, []);
    return findings;
  },
};

const worldly =
  /^(bun(:sqlite|:ffi)?|node:(fs|net|tls|http|https|http2|dgram|dns|child_process|worker_threads|cluster|timers|process|sqlite)(\/.*)?)$/;
const worldlyCall =
  /\b(Bun\.(file|write|serve|listen|connect|udpSocket|spawn|spawnSync|sleep|sleepSync|env)\b|process\.|fetch\(|set(Timeout|Interval|Immediate)\(|Date\.now\b|new Date\(\)|Math\.random\b|performance\.|crypto\.(randomUUID|getRandomValues)\b)/g;

/** Rooms that are knowledge only: no socket, clock, disk or chance, so that every run of theirs can be repeated. */
export const pure = (rooms: readonly string[]): Rule =>
  eachFile("pure", (file) => {
    if (!rooms.some((room) => file.path.startsWith(`src/${room}/`)) || isTest(file)) return [];
    return [
      ...importsOf(file)
        .filter((it) => worldly.test(it.target))
        .map((it) => at(file, it.at, `a pure room imports ${it.target}: hand in what it gives`)),
      ...[...file.code.matchAll(worldlyCall)].map((it) =>
        at(file, it.index, `a pure room uses ${it[0].replace("(", "")}: hand in what it gives`),
      ),
    ];
  });
