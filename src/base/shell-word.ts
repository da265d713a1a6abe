// A text as one word of a command line, for commands that people copy from a remedy. Pure.

/** As it is where no shell would touch it, else in single quotes. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
