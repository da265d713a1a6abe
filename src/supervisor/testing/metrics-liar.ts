// A worker that serves nothing and reports numbers that cannot be: what a fault in a service would look like to the
// supervisor. For tests only.
import type { WorkerMessage } from "../../ipc/messages.ts";
import { siteCells } from "../../net/metrics/metrics.ts";

const send = (message: WorkerMessage): void => void process.send?.(message);

process.on("message", ({ name }: { readonly name: string }) => {
  if (name === "supervisor.worker.greet") send({ name: "worker.release.accept" });
  if (name === "supervisor.start.complete") {
    const honest = { name: "a", cells: [siteCells.connections, 5] };
    send({ name: "worker.metrics.report", sites: [honest] });
    send({ name: "worker.metrics.report", sites: [honest, { name: "a", cells: [siteCells.bytesIn, -1] }] });
    send({ name: "worker.metrics.report", sites: [{ name: "made-up", cells: [siteCells.connections, 5] }] });
    send({ name: "worker.service.ready" });
  }
});
process.on("disconnect", () => process.exit(0));
