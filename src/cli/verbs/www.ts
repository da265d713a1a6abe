// `inetsrv www why`: what a web site would answer at a URL, and why.
import { accountName } from "../../account/name.ts";
import { address } from "../../schema/kinds/network.ts";
import { answerOf } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { once, value, verb } from "../verb.ts";
import { urlLines } from "../views/www-view.ts";

const HERE = "127.0.0.1";

export const wwwWhy = verb({
  words: "www why",
  group: "Web",
  summary: "Tell what a web site would answer at a URL, and why.",
  doc:
    "It finds the binding and the site, the application and the directory, and goes through all that a request meets there: " +
    "who may connect, how the path is read, who is let in, the rules of request filtering, pages of other sites, redirects and files. " +
    "The last row that is shown " +
    "decides, and the setting that is responsible is named. Nothing is sent; files are looked at with the rights of the server.",
  takes: { url: once("URL", "With its port where that is not the usual one.") },
  flags: {
    method: value("VERB", "The verb; GET without it."),
    origin: value("ORIGIN", "The site whose page asks, such as https://www.example.org."),
    ip: value("ADDRESS", `The address of the client; without it ${HERE}.`, { kind: address }),
    user: value("NAME", "Who has logged in, by a way that the site offers.", { kind: accountName }),
  },
  examples: [
    {
      line: "inetsrv www why http://localhost:8080/web.config",
      doc: "Ends with 0 when it is answered and 4 when it is refused.",
    },
    {
      line: "inetsrv www why http://www.example.org/ --method POST --ip 192.0.2.7",
      doc: "As somebody else would ask.",
    },
    { line: "inetsrv www why https://www.example.org/staff/ --user anna", doc: "As somebody who has logged in." },
  ],
  exits: ["refused"],
  run: (context, { url, method = "GET", ip = HERE, origin, user }) =>
    answerOf(
      context,
      "allowed",
      "www.why",
      { url, method, ip, origin, user },
      (answer) => context.out.show(answer, () => urlLines(answer, context.out.width)),
      ({ served }) => (served ? exitCodes.done : exitCodes.refused),
    ),
});
