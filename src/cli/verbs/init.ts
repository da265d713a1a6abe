// `inetsrv init`: makes a home and shows its recovery key, once.
import type { MadeHome } from "../../supervisor/init.ts";
import { exitCodes } from "../exit-code.ts";
import { type Line, toned } from "../look/line.ts";
import { wrap } from "../look/wrap.ts";
import { verb } from "../verb.ts";

export const init = verb({
  words: "init",
  group: "Server",
  summary: "Make a new home with its keys and first configuration.",
  doc: "It prints the recovery key, which is shown this once and stored nowhere. An existing home is left as it is.",
  takes: {},
  flags: {},
  examples: [
    { line: "inetsrv --home /srv/inet init", doc: "A home in /srv/inet; then `inetsrv --home /srv/inet up`." },
  ],
  exits: [],
  async run({ program, home, out }) {
    const made = await program.init(home);
    if (!made.ok) return out.failed(made.error);
    out.show(made.value, () => [...newHomeLines(made.value, out.proseWidth), "", "Next: inetsrv up"]);
    return exitCodes.done;
  },
});

export function newHomeLines({ home, recoveryKey }: MadeHome, width: number): readonly Line[] {
  return [`Made the home ${home}`, "", ...recoveryKeyLines(recoveryKey, width)];
}

export const recoveryKeyLines = (recoveryKey: string, width: number): readonly Line[] => [
  toned("warn", "The recovery key, shown this once and stored nowhere:"),
  "",
  toned("strong", `  ${recoveryKey}`),
  "",
  ...wrap(
    "Keep it away from this machine, on paper or in a password safe. When the machine key in keys/ is lost or broken, " +
      "this key alone brings the secrets back: inetsrv keys recover",
    width,
  ),
];
