// SCRAM-SHA-256 (RFC 7677 §3), the server's side: the password never crosses the wire, and the server proves that it
// knows it too. Keys stay where accounts are; only what is signed and the proof go there.

import { type Mechanism, type Move, malformed, type SaslWorld, textOf } from "./mechanism.ts";
import { isSelf, notForOthers } from "./plain.ts";
import { saslprep } from "./saslprep.ts";
import { type ClientFinal, type ClientFirst, readClientFinal, readClientFirst, serverFirst } from "./scram-message.ts";

export const scramSha256: Mechanism = {
  name: "SCRAM-SHA-256",
  rfc: "7677 §3",
  tellsPassword: false,
  isOffered: (login) => login.offersScram,
  opening: "",
  begin: (world) => async (response) => {
    const first = readClientFirst(textOf(response) ?? "");
    if (!first.ok) return malformed(`The first message of SCRAM cannot be taken: ${first.error}`);
    const { account, authorize } = first.value;
    if (!isSelf(authorize, account)) return { is: "verdict", verdict: notForOthers };
    return challenge(world, first.value);
  },
};

async function challenge(world: SaslWorld, first: ClientFirst): Promise<Move> {
  const { login, from } = world;
  const offer = await login.scram(saslprep(first.account) ?? first.account);
  const nonce = `${first.nonce}${world.nonce()}`;
  const told = serverFirst(nonce, offer.salt, offer.iterations);
  return {
    is: "ask",
    challenge: told,
    async next(response) {
      const final = readClientFinal(textOf(response) ?? "");
      if (!final.ok) return malformed(`The final message of SCRAM cannot be taken: ${final.error}`);
      const flaw = flawIn(final.value, first, nonce);
      if (flaw !== undefined) return malformed(`The final message of SCRAM cannot be taken: ${flaw}`);
      const authMessage = `${first.bare},${told},${final.value.withoutProof}`;
      const shown = await offer.prove(authMessage, Buffer.from(final.value.proof, "base64"), from);
      if (shown.is === "failed") return { is: "verdict", verdict: shown.verdict };
      return { is: "verdict", verdict: shown.verdict, lastWords: `v=${shown.serverSignature}` };
    },
  };
}

/** RFC 5802 §5.1: the header again, so that nobody took the wish to bind out of it, and the nonce as it was given. */
function flawIn({ channelBinding, nonce }: ClientFinal, first: ClientFirst, expected: string): string | undefined {
  if (Buffer.from(channelBinding, "base64").toString("utf8") !== first.gs2Header) return "the header is another one";
  return nonce === expected ? undefined : "the nonce is another one";
}
