// A field of a head: judged once, when it is first said, and handed out as often as the client refers to it.
import type { Refusal } from "../../http/refusal.ts";
import { type Authority, authorityOf, type FieldName } from "./field-name.ts";

/** RFC 7541 §4.1 */
const OVERHEAD_BYTES = 32;

export class HeaderField {
  readonly name: FieldName;
  /** One character per byte. */
  readonly value: string;
  readonly refusal: Refusal | undefined;
  private parsed: Authority | undefined;

  constructor(name: FieldName, value: string) {
    this.name = name;
    this.value = value;
    this.refusal = name.judge(value);
  }

  /** In the table of a connection. */
  get tableBytes(): number {
    return this.name.text.length + this.value.length + OVERHEAD_BYTES;
  }

  /** As a line of HTTP/1, so that the limits of a site mean the same in each version. */
  get lineBytes(): number {
    return this.name.text.length + this.value.length + 4;
  }

  /** Of one that names a host, and is sound. */
  get authority(): Authority {
    this.parsed ??= authorityOf(this.value);
    if (this.parsed === undefined) throw new Error("the host of a field that names none");
    return this.parsed;
  }
}
