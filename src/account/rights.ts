// What an account may be allowed to do, one row each. What a right means in detail is for the service to say; which
// other rights it brings with it stands here.

interface RightRow {
  /** To be read after "may". */
  readonly doc: string;
  readonly includes: readonly string[];
}

/** Whoever may do anything at a place may log in there: nobody has to be told so twice. */
const rows = {
  "log-in": { doc: "log in and see what everybody who logged in may see", includes: [] },
  read: { doc: "read files, articles and pages that are not for everybody", includes: ["log-in"] },
  write: { doc: "store, change, rename and remove files", includes: ["log-in", "read"] },
  relay: { doc: "send mail to other domains", includes: ["log-in"] },
  post: { doc: "post articles", includes: ["log-in", "read"] },
  moderate: { doc: "approve and cancel articles of others", includes: ["log-in", "read", "post"] },
  administer: {
    doc: "do everything there, and what only its owner may",
    includes: ["log-in", "read", "write", "relay", "post", "moderate"],
  },
} as const satisfies Readonly<Record<string, RightRow>>;

export type Right = keyof typeof rows;
export const rights = Object.keys(rows) as readonly Right[];

/** Whether who has `granted` has `wanted` with it. */
export const brings = (granted: Right, wanted: Right): boolean =>
  granted === wanted || (rows[granted].includes as readonly Right[]).includes(wanted);
