// Memory that is left to the server: of the machine, and of the control group it lives in.
import { readFileSync } from "node:fs";
import { about } from "../../base/fault.ts";
import { seen } from "../../base/seen.ts";
import type { DoctorCheck } from "../../service/doctor-check.ts";
import type { Case } from "../case.ts";

const MIB = 1024 * 1024;
/** One worker takes about this. */
const SHORT_BYTES = 128 * MIB;
const FULL_BYTES = 32 * MIB;

export const memoryCheck: DoctorCheck<Case> = {
  name: "memory",
  title: "memory that is left",
  needs: [],
  async look() {
    const left = Math.min(ofMachine(), ofGroup());
    if (left >= SHORT_BYTES) return [];
    return [
      {
        level: left < FULL_BYTES ? "error" : "warning",
        subject: about("process", "the memory of this machine"),
        what: `${Math.floor(left / MIB)} MiB of memory are left`,
        matters: "The system ends the largest process when none is left, and that may be a worker or the server",
        remedy: "See what takes it: ps aux --sort -rss | head. Fewer workers and smaller caches need less",
        article: "memory-short",
      },
    ];
  },
};

function ofMachine(): number {
  const [, kib] = /^MemAvailable:\s+(\d+) kB$/m.exec(text("/proc/meminfo")) ?? []; // system path
  return kib === undefined ? Number.POSITIVE_INFINITY : Number(kib) * 1024;
}

function ofGroup(): number {
  const group = "/sys/fs/cgroup"; // system path
  const [max, current] = [text(`${group}/memory.max`), text(`${group}/memory.current`)].map((it) =>
    Number.parseInt(it, 10),
  );
  // What the group has cached is given back before anybody is ended.
  const [, cached] = /^inactive_file (\d+)$/m.exec(text(`${group}/memory.stat`)) ?? [];
  const isLimited = max !== undefined && current !== undefined && Number.isFinite(max) && Number.isFinite(current);
  return isLimited ? max - current + Number(cached ?? 0) : Number.POSITIVE_INFINITY;
}

const text = (path: string): string => seen(() => readFileSync(path, "utf8"), "");
