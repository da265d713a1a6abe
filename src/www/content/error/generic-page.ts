// The page that goes with an error where the site has none of its own: it tells a person what happened and what to quote, and a
// stranger nothing of the server. Pure.
import { reasonOf } from "../../../proto/http/status.ts";
import type { Failure } from "../failure.ts";
import { escapeHtml, page } from "../html.ts";

/** By status, and by substatus where a person can do something about it. */
const sentences: Readonly<Record<string, string>> = {
  400: "The request could not be understood.",
  401: "You have to log in to see this.",
  "401.1": "You are not let in with this name and password.",
  403: "This may not be seen.",
  "403.4": "This is shown over a secure connection only. Ask for the same address with https in front.",
  "403.7": "To see this, your browser has to show a certificate of yours.",
  "403.12": "The certificate that your browser has shown is not of somebody who may see this.",
  "403.16": "The certificate that your browser has shown is not accepted here.",
  "403.17": "The certificate that your browser has shown has expired, or its time has not come yet.",
  404: "There is nothing at this address. It may have been moved, or the address may be mistyped.",
  405: "This cannot be done with what is at this address.",
  412: "What you wanted to change has been changed meanwhile.",
  413: "What was sent is too large.",
  416: "The part that was asked for does not exist.",
  429: "Too many attempts to log in have failed. Please try again later.",
  500: "Something went wrong on our side.",
  501: "This server does not know how to do that.",
  503: "There is too much to do at the moment. Please try again shortly.",
};

const usual = (status: number): string =>
  status < 500 ? "The request could not be carried out." : (sentences[500] ?? "");

export function genericPage({ status, substatus }: Failure, traceId: string): Buffer {
  const title = `${status} ${reasonOf(status)}`.trim();
  return page(
    title,
    `<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(sentences[`${status}.${substatus}`] ?? sentences[status] ?? usual(status))}</p>
<p class="quiet">If you write to us about it, please quote <code>${escapeHtml(traceId)}</code>.</p>`,
  );
}
