// What the command line is given by main: the model, the rows it explains, and the doors to the server. Interfaces
// only; nothing here knows how a server is reached or started.
import type { Fault } from "../base/fault.ts";
import type { Home } from "../base/home.ts";
import type { Result } from "../base/result.ts";
import type { DoctorAnswer, DoctorOptions } from "../doctor/doctor.ts";
import type { Undone } from "../doctor/mend/undo-fix.ts";
import type { Catalogue } from "../event/catalogue.ts";
import type { Knowledge } from "../event/knowledge.ts";
import type { ProgramFiles } from "../release/identity.ts";
import type { Model } from "../schema/section.ts";
import type { AnswerMeaning } from "../service/answer-meaning.ts";
import type { ServerStatus } from "../supervisor/answers.ts";
import type { FormatWish, HomeFormats, NotWritten, WrittenFormats } from "../supervisor/formats/home-formats.ts";
import type { MadeHome } from "../supervisor/init.ts";
import type { NoClient, OpenClient } from "../supervisor/open-client.ts";
import type { Operation, Refusal } from "../supervisor/operation.ts";

export interface UpHooks {
  /** A home was made: its recovery key must be seen before anything else. */
  created(home: MadeHome): void;
  /** The start is over: everything serves, or the status says what does not. */
  started(status: ServerStatus): void;
  /** Why there is no server. */
  failed(fault: Fault): void;
}

export interface Doctor {
  checks(): readonly { readonly name: string; readonly title: string }[];
  consult(home: Home, options: DoctorOptions): Promise<DoctorAnswer>;
  undo(home: Home, id: string | undefined): Result<Undone, Refusal>;
}

export interface Program {
  readonly version: string;
  /** Where it lies. */
  readonly files: ProgramFiles;
  /** All sections, those of the services among them. */
  readonly model: Model;
  readonly operations: readonly Operation<never>[];
  readonly catalogue: Catalogue;
  knowledge(): Knowledge;
  /** What the services mean by the code of an answer that stands in the text. */
  explainAnswer(text: string): readonly AnswerMeaning[];
  /** Over the control socket when a server runs on that home; else, where allowed, on the home itself. */
  openClient(home: Home, options: { readonly offline: "allowed" | "refused" }): Promise<Result<OpenClient, NoClient>>;
  readonly doctor: Doctor;
  init(home: Home): Promise<Result<MadeHome, Fault>>;
  /** Runs until the server ends and gives the exit code. */
  up(home: Home, options: { readonly init: boolean }, hooks: UpHooks): Promise<number>;
  /** What lies on the disk of a home, and in which formats. */
  readonly formats: {
    show(home: Home): Result<HomeFormats, Fault>;
    /** While no server runs. */
    write(home: Home, wish: FormatWish): Result<WrittenFormats, NotWritten>;
  };
  /** Takes the home over from the server that has started this one; only that does so. */
  succeed(home: Home, hooks: Pick<UpHooks, "failed">): Promise<number>;
}
