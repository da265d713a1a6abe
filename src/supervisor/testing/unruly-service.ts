// A service for tests that greets and echoes lines, and misbehaves where a site's settings say so: the faults a
// supervisor must survive, caused for real in a real process.
import { existsSync } from "node:fs";
import type { From, Login } from "../../account/login.ts";
import type { Right } from "../../account/rights.ts";
import { about, fault } from "../../base/fault.ts";
import { bad, good } from "../../base/result.ts";
import { usualFields } from "../../net/access-log/fields.ts";
import { binding } from "../../schema/kinds/network.ts";
import { choice, text } from "../../schema/kinds/plain.ts";
import { collection, section, setting, type Values } from "../../schema/section.ts";
import { type Common, defineEngine, type Service } from "../../service/service.ts";
import { inheritedSettings, serviceSettings, siteSettings } from "../../service/site-settings.ts";

const facts = { since: "0.1", applies: "live", doc: "For tests." } as const;
const unrulySite = section("site", "A site.", {
  ...siteSettings(binding),
  behaviour: setting(choice(["well", "refuse", "throw", "block", "block-at-finish", "lack", "lack-until-there"]), {
    ...facts,
    fallback: "well",
  }),
  greeting: setting(text(), { ...facts, fallback: "hello" }),
});
const unrulyCommon = section("common", "What its sites share.", {
  motto: setting(text(), { ...facts, fallback: "none" }),
});
const unrulySection = section(
  "unruly",
  "For tests.",
  { ...serviceSettings, ...inheritedSettings, ...unrulyCommon.settings },
  { sites: collection(unrulySite, { doc: "Sites." }) },
);

function block(): never {
  for (;;);
}

class Motto implements Common {
  text = "not told yet";

  settle({ motto }: Values<typeof unrulyCommon>): void {
    this.text = motto;
  }

  async close(): Promise<void> {}
}

export const unrulyService: Service = {
  name: "unruly",
  title: "Unruly",
  section: unrulySection,
  siteSection: unrulySite,
  commonSection: unrulyCommon,
  protocols: [],
  needs: [],
  events: {},
  accessLog: { stem: "UNRULYSVC", fields: usualFields("www"), turnedAwayStatus: 503 },
  firstSite: {},
  engine: async () => unrulyEngine,
};

const unrulyEngine = defineEngine<Values<typeof unrulySite>>({
  openCommon: async () => new Motto(),
  openSite({ path, values, login, common }) {
    const { behaviour, greeting } = values;
    if (behaviour === "throw") throw new TypeError("thrown on purpose");
    if (behaviour === "block") block();
    const lacking = fault(about("file", "content/x"), `${path} cannot serve`, "content/x is not there", "Make it");
    if (behaviour === "refuse") return bad(lacking);
    // What it lacks is the file that its greeting names.
    const lacks = behaviour === "lack" || (behaviour === "lack-until-there" && !existsSync(greeting));
    return good({
      faults: lacks ? [lacking] : [],
      serve(socket, connection) {
        socket.write(Buffer.from(`${greeting} ${process.pid}\n`));
        const from = { address: connection.peer.address, secure: false, trace: connection.trace };
        socket.on(
          "data",
          (chunk: Buffer) => void answer(chunk, login, from, common).then((it) => socket.write(Buffer.from(it))),
        );
        socket.on("end", () => socket.end());
        connection.onFinish(() => {
          if (behaviour === "block-at-finish") block();
          // The peer has the last word: a line that says "bye" ends the connection.
          socket.on("data", (chunk: Buffer) => {
            if (chunk.includes("bye")) socket.end();
          });
        });
      },
      turnAway(socket) {
        socket.write(Buffer.from("away\n"));
        socket.end();
      },
    });
  },
});

/** What no worker of ours would ask. */
const strange = { name: "worker.login.ask", id: 1, site: "a", address: "x", trace: "t", proof: { by: "magic" } };

/**
 * "motto" is answered with what the sites share, "login NAME PASSWORD" with the verdict, "page NAME PASSWORD" with one that
 * may be remembered; behind "stray" the worker asks what cannot be read.
 */
async function answer(chunk: Buffer, login: Login, from: From, common?: Common): Promise<string | Buffer> {
  const [word, account = "", password = ""] = chunk.toString().trim().split(" ");
  if (word === "motto" && common instanceof Motto) return `${common.text}\n`;
  if (word === "stray") process.send?.(strange);
  if (word !== "login" && word !== "page") return chunk;
  const claim = { by: "password", account, password } as const;
  const verdict = word === "login" ? await login.verify(claim, from) : await login.verifyCached(claim, from);
  const rights = verdict.is === "welcome" ? ["post", "relay"].filter((it) => verdict.may(it as Right)) : [];
  return `${[verdict.is, ...rights].join(" ")}\n`;
}
