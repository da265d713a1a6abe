// Who speaks with whom, and the name that has in logs: all lines of a connection have it in common, so that it is spelled once
// for all of them.
import { type Pieces, piecesOf } from "./pieces.ts";

/** Which of its pieces says what. */
export const endsPiece = { clientAddress: 0, clientPort: 1, serverAddress: 2, serverPort: 3, trace: 4 } as const;

export type EndsSlot = keyof typeof endsPiece;

interface End {
  readonly address: string;
  readonly port: number;
}

export class Ends implements Readonly<Record<EndsSlot, string | number | undefined>> {
  readonly clientAddress: string;
  readonly clientPort: number | undefined;
  readonly serverAddress: string;
  readonly serverPort: number | undefined;
  readonly trace: string;
  /** Not before there is a line. */
  private spelled: Pieces | undefined;

  constructor(client: End | undefined, server: End | undefined, trace: string) {
    this.clientAddress = client?.address ?? "";
    this.clientPort = client?.port;
    this.serverAddress = server?.address ?? "";
    this.serverPort = server?.port;
    this.trace = trace;
  }

  get pieces(): Pieces {
    // Slot by slot, as going through their names would take twice as long, and many a connection has but one line.
    this.spelled ??= piecesOf([this.clientAddress, this.clientPort, this.serverAddress, this.serverPort, this.trace]);
    return this.spelled;
  }
}

export const noEnds = new Ends(undefined, undefined, "");
