// Every way in which a handshake can fail, with what the client is told. A complete list: a new member does not compile
// until it has its alert and its words.

export type HandshakeFailure =
  /** It speaks something else. */
  | { readonly is: "not-tls" }
  | { readonly is: "malformed" }
  /** The newest version it has; 0 where the engine did not say. */
  | { readonly is: "too-old"; readonly version: number }
  | { readonly is: "no-certificate"; readonly serverName: string | undefined }
  | { readonly is: "unusable-certificate"; readonly certificate: string; readonly because: string }
  | { readonly is: "no-common-protocol" }
  | { readonly is: "client-certificate"; readonly because: string }
  /** The site does not want this address. */
  | { readonly is: "not-admitted" }
  | { readonly is: "timed-out" }
  /** The client closed the connection. */
  | { readonly is: "left" }
  | { readonly is: "failed"; readonly because: string };

export type HandshakeFailureReason = HandshakeFailure["is"];

/** RFC 8446 §6: the number by which a client is told; nothing where the engine tells it, or nobody would understand. */
const alerts: Readonly<Record<HandshakeFailureReason, number | undefined>> = {
  "not-tls": undefined,
  malformed: 50, // decode_error
  "too-old": 70, // protocol_version
  "no-certificate": 112, // unrecognized_name
  "unusable-certificate": 80, // internal_error
  "no-common-protocol": undefined,
  "client-certificate": undefined,
  "not-admitted": 49, // access_denied
  "timed-out": undefined,
  left: undefined,
  failed: undefined,
};

/** Only before the engine has begun to speak: an alert in clear in the middle of its words would be noise. */
export const alertFor = (failure: HandshakeFailure): number | undefined =>
  failure.is === "too-old" && failure.version === 0 ? undefined : alerts[failure.is];
