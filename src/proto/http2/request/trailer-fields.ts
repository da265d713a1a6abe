// The fields behind a body, RFC 9113 §8.1 done. They are read as strictly as those before it, and what would change the meaning of the
// request after the fact is left out, as in every version.
import { isTrailer } from "../../http/body/trailers.ts";
import type { FieldLimits } from "../../http/head/field-lines.ts";
import { type Refusal, refusals } from "../../http/refusal.ts";
import type { Field } from "../../http/request.ts";
import type { FieldSink } from "../hpack/block-reader.ts";
import type { HeaderField } from "./header-field.ts";
import { malformed } from "./malformed.ts";

export class TrailerFields implements FieldSink {
  private readonly limits: FieldLimits;
  private readonly fields: Field[] = [];
  private fieldBytes = 0;
  private refusal: Refusal | undefined;

  constructor(limits: FieldLimits) {
    this.limits = limits;
  }

  /** All of them, once they have come; or what is wrong with one. */
  get all(): readonly Field[] | Refusal {
    return this.refusal ?? this.fields.filter(([name]) => isTrailer(name));
  }

  take(field: HeaderField): void {
    this.refusal ??= this.flawOf(field);
    if (this.refusal === undefined) this.fields.push([field.name.text, field.value]);
  }

  private flawOf({ name, refusal, lineBytes }: HeaderField): Refusal | undefined {
    this.fieldBytes += lineBytes;
    if (this.fieldBytes > this.limits.fieldBytesMax) return refusals.fieldsTooLong;
    if (this.fields.length === this.limits.fieldsMax) return refusals.fieldsTooMany;
    return name.pseudo === undefined ? refusal : malformed.pseudoInTrailers;
  }
}
