// What the system tells of the sockets and the work of a process, whatever the process says of itself. Only looks.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Sockets that the process has open, listening ones too. */
export function socketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`; // system path
  return readdirSync(folder).filter((it) => isSocket(`${folder}/${it}`)).length;
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith("socket:");
  } catch {
    return false; // closed while we looked
  }
}

/** What the process has computed so far, in hundredths of a second. */
export function ticksOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "latin1"); // system path
  // Behind the name, which may hold anything: user and system time are the 12th and 13th from there.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

/** Memory that the process has in use, in bytes. */
export const memoryOf = (pid: number): number => statedMemory(pid, /^VmRSS:\s+(\d+) kB$/m);

/** The most that it ever had in use. */
export const peakMemoryOf = (pid: number): number => statedMemory(pid, /^VmHWM:\s+(\d+) kB$/m);

const statedMemory = (pid: number, line: RegExp): number =>
  Number(line.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) * 1024; // system path
