// What this machine and this user allow a test to do. Where something is not possible the test is skipped, and says so
// by its condition. Only looks.

const isRoot = process.getuid?.() === 0;

/** A user without rights as whom a test can run the program; only root can choose. */
export const nobody: number | undefined = isRoot ? 65534 : undefined;

/** The path of a program of this machine, if it has one. */
export const findProgram = (name: string): string | undefined => Bun.which(name) ?? undefined;
