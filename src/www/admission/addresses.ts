// Whether the address of a client may see a directory. What may connect to the site at all was decided when it did.
import { AddressRules } from "../../net/access/address-rules.ts";
import { addressWords, readAddress } from "../../net/access/address-words.ts";
import type { AdmissionRow, Denial } from "./admission-row.ts";
import type { AdmissionValues } from "./admission-settings.ts";

type DenyAction = AdmissionValues["addressDenyAction"];

const denials: Readonly<Record<DenyAction, Denial>> = {
  "401": { status: 401, substatus: 503 },
  "403": { status: 403, substatus: 503 },
  "404": { status: 404, substatus: 503 },
  abort: { status: 403, substatus: 503, cut: true },
};

const rulesOf = ({ addressAccess, addressAccessUnlisted }: AdmissionValues): AddressRules =>
  new AddressRules(addressAccess, addressAccessUnlisted, "addressAccessUnlisted");

export const addresses: AdmissionRow = {
  setting: "addressAccess",
  prepare(values) {
    if (values.addressAccess.length === 0 && values.addressAccessUnlisted === "allow") return undefined;
    const rules = rulesOf(values);
    const denial = denials[values.addressDenyAction];
    const words = addressWords();
    return (_, { address }) => {
      const family = readAddress(address, words);
      if (family === undefined) return { ...denial, detail: `${address} is no address` };
      return rules.allows(family, words)
        ? undefined
        : { ...denial, detail: `${address}: ${rules.explain(family, words)}` };
    };
  },
  because: (values, _, { address }) => rulesOf(values).judge(address).because,
};
