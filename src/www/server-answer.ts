// What is said to a request that is for no path: OPTIONS of the server as a whole, and CONNECT, which wants a tunnel. RFC 9110
// §9.3.6, §9.3.7 done.
import type { Answer } from "../proto/http/answer/answer.ts";
import { refusalAnswer } from "../proto/http/answer/refusal-answer.ts";
import type { Field } from "../proto/http/request.ts";

const ALLOW: Field = ["Allow", "GET, HEAD, OPTIONS"];

const options: Answer = { status: 200, substatus: 0, fields: [ALLOW], body: undefined };
const refused = refusalAnswer({ status: 405, substatus: 0, because: "No tunnel begins here", close: true });
const noTunnel: Answer = { ...refused, fields: [...refused.fields, ALLOW] };

export const serverAnswer = (method: string): Answer => (method === "OPTIONS" ? options : noTunnel);
