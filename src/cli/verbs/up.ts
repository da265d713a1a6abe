// `inetsrv up`: the server itself, in this terminal or under a service manager, until it is told to end.
import type { ServerStatus } from "../../supervisor/answers.ts";
import { type Line, toned } from "../look/line.ts";
import { toggle, verb } from "../verb.ts";
import { type StatusLook, serviceLines, wrongLines } from "../views/status-view.ts";
import { verdict } from "../views/verdict.ts";
import { newHomeLines } from "./init.ts";
import { statusLook } from "./status.ts";

export const up = verb({
  words: "up",
  group: "Server",
  summary: "Start the server and serve until it is told to end.",
  doc:
    "It stays in the foreground; Ctrl-C or `inetsrv down` ends it, letting connections finish. " +
    "On a home that a server already serves it does nothing and says so.",
  takes: {},
  flags: { init: toggle("Make the home first when there is none.") },
  examples: [
    { line: "inetsrv up", doc: "Serves the home in ./home, or the one INETSRV_HOME names." },
    { line: "inetsrv up --init", doc: "The same, and makes the home the first time." },
  ],
  exits: ["conflict"],
  run({ program, home, out, world }, { init }) {
    return program.up(
      home,
      { init },
      {
        created: (made) => out.show(made, () => [...newHomeLines(made, out.proseWidth), ""]),
        started: (status) => out.show(status, () => banner(status, statusLook({ out, world }, false))),
        failed: (fault) => void out.failed(fault),
      },
    );
  },
});

/** What runs and where it can be reached. */
const banner = (status: ServerStatus, look: StatusLook): readonly Line[] => [
  toned("strong", verdict(status)),
  "",
  ...serviceLines(status.services, look),
  ...wrongLines(status, look),
  "",
  `Home ${status.home}, revision ${status.revision}. It ends with Ctrl-C or: inetsrv down`,
];
