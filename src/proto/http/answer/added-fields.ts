// An answer with further fields behind its own. One that lies ready is sent as it lies, with the lines put in. Pure.
import type { Field } from "../request.ts";
import type { Answer } from "./answer.ts";
import { fieldsText } from "./field-text.ts";
import { ReadyAnswer } from "./ready-answer.ts";

/** Fields with their lines: whoever adds the same ones again and again makes them once. */
export class AddedFields {
  readonly fields: readonly Field[];
  readonly text: string;

  constructor(fields: readonly Field[]) {
    this.fields = fields;
    this.text = fieldsText(fields);
  }
}

export function withFields(answer: Answer, added: AddedFields): Answer {
  if (answer instanceof ReadyAnswer) return new AddedAnswer(answer, added);
  if (answer instanceof AddedAnswer) return answer.and(added);
  return { ...answer, fields: [...answer.fields, ...added.fields] };
}

export class AddedAnswer implements Answer {
  readonly ready: ReadyAnswer;
  readonly added: AddedFields;

  constructor(ready: ReadyAnswer, added: AddedFields) {
    this.ready = ready;
    this.added = added;
  }

  and({ fields }: AddedFields): AddedAnswer {
    return new AddedAnswer(this.ready, new AddedFields([...this.added.fields, ...fields]));
  }

  get status(): number {
    return this.ready.status;
  }

  get substatus(): number {
    return this.ready.substatus;
  }

  get fields(): readonly Field[] {
    return [...this.ready.fields, ...this.added.fields];
  }

  get body(): Buffer | undefined {
    return this.ready.body;
  }

  get close(): boolean {
    return this.ready.close;
  }
}
