// Who asks, as far as error pages want to know. Interface only.

export interface Asker {
  readonly address: string;
  /** This machine itself. */
  readonly isLocal: boolean;
  /** The connection is under TLS. */
  readonly isSecure: boolean;
  /** By which the request is found in the log; asked for only where it is told. */
  traceId(): string;
}
