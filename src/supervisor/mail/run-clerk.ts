// The process that answers questions about the mail of a home as the user who owns it, from its own side.
import { systemClock } from "../../base/clock.ts";
import { reporter } from "../../event/event.ts";
import { startThreadAhead } from "../../spool/start-thread.ts";
import { allTold, hearSupervisor, joinServer, tellSupervisor, type WorkerProgram } from "../../worker/join-server.ts";
import { answerJson } from "../answer-json.ts";
import type { MailDesk } from "./mail-desk.ts";
import { OwnMailDesk } from "./own-mail-desk.ts";

/** Answers until it is told to end; the exit code of the process. */
export function runClerk(program: WorkerProgram): Promise<number> {
  return hearSupervisor("inetsrv queue summary", (end) => {
    let desk: MailDesk | undefined;
    const report = reporter("server", systemClock.wallMs, (occurrence) =>
      tellSupervisor({ name: "worker.event.write", occurrence }),
    );
    return async (message) => {
      switch (message.name) {
        case "supervisor.worker.greet":
          if (!(await joinServer(message, program, end, startThreadAhead))) return;
          desk = new OwnMailDesk({ home: { root: message.home, from: "--home" }, clock: systemClock, report });
          return tellSupervisor({ name: "worker.service.ready" });
        case "supervisor.mail.ask": {
          const { id, question, given } = message;
          // Not waited for: more may be asked meanwhile.
          void desk
            ?.ask(question, given)
            .then((it) => tellSupervisor({ name: "worker.mail.answer", id, answer: answerJson(it) }));
          return;
        }
        case "supervisor.worker.ping":
          return tellSupervisor({ name: "worker.load.report", connections: 0, waitingFor: "" });
        case "supervisor.worker.drain":
          await desk?.close();
          await allTold();
          return end(0);
        default:
          return; // what only services are told
      }
    };
  });
}
