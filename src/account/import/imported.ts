// What a list of another program says of one user. Data only.

export interface Imported {
  /** Where it stands, for sentences. */
  readonly line: number;
  readonly name: string;
  readonly fullName: string;
  readonly groups: readonly string[];
  readonly enabled: boolean;
  /** Milliseconds since 1970. */
  readonly expiresMs: number | null;
  readonly secret: Secret;
}

export type Secret =
  | { readonly is: "hash"; readonly hash: string }
  /** To be hashed before it is kept. */
  | { readonly is: "clear"; readonly password: string }
  | { readonly is: "none" };

/** A line that was not taken, and why, to be read after "line 12". No part of a line is repeated: it may be a password. */
export interface Skipped {
  readonly line: number;
  readonly because: string;
}

export interface ImportList {
  readonly users: readonly Imported[];
  readonly skipped: readonly Skipped[];
}

/** How other programs keep users; `guessFormat` tells them apart. */
export const formats = ["htpasswd", "shadow", "csv"] as const;
export type Format = (typeof formats)[number];
