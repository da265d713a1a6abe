// The file that starts: the whole program, with every room of it, or a child of it that needs few of them. Nothing is decided
// here.

/** As the server and the doctor write it: `inetsrv [--home FOLDER] service NAME`. */
const words = process.argv.slice(2);
const [is, name, ...more] = words[0] === "--home" ? words.slice(2) : words;

if (is === "service" && name !== undefined && more.length === 0) {
  const { runChild } = await import("./child.ts");
  process.exit(await runChild(name, Bun.main));
}
const [{ runInProcess }, { makeProgram }] = await Promise.all([
  import("./cli/process-world.ts"),
  import("./program.ts"),
]);
process.exit(await runInProcess(makeProgram(Bun.main), words));
