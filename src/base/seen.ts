// A look at what may be gone, closed or never there, such as a process of others or a folder that nobody has made: then there is
// nothing to see, and that is no failure.

export const seen = <T, Else = T>(look: () => T, otherwise: Else): T | Else => {
  try {
    return look();
  } catch {
    return otherwise;
  }
};
