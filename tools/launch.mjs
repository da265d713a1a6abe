// Starts inetsrv from a clone with nothing but Node and npm on the machine; `--run FILE` starts another script of the
// project instead. This file only looks whether Node is new enough, in words that an old one understands too: what it
// imports is free to use all that the needed one has.
const NODE_MAJOR_MIN = 20;

if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) import("./launch/start.mjs");
else {
  console.error(
    `inetsrv: Cannot start inetsrv: Node ${NODE_MAJOR_MIN} or newer is needed, this is Node ${process.versions.node}. ` +
      "Install a newer Node, or use the single-file program of a release.",
  );
  process.exitCode = 1;
}
