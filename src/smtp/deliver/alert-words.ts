// What another server has against us, told by an alert of TLS (RFC 8446 §6.2), in words for people. Pure. With TLS 1.3 it
// looks at a certificate of ours only when we have begun to speak, so an alert may come at any moment.

const words: readonly (readonly [alert: string, words: string])[] = [
  ["CERTIFICATE_REQUIRED", "the server asks for a certificate of ours"],
  ["UNKNOWN_CA", "the server does not know the authority of our certificate"],
  ["CERTIFICATE_EXPIRED", "our certificate has expired for the server"],
  ["CERTIFICATE_REVOKED", "our certificate was revoked"],
  ["UNSUPPORTED_CERTIFICATE", "the server takes no certificates of the kind of ours"],
  ["BAD_CERTIFICATE", "the server does not take our certificate"],
  ["CERTIFICATE_UNKNOWN", "the server does not take our certificate"],
  ["ACCESS_DENIED", "the server does not let our certificate in"],
  ["HANDSHAKE_FAILURE", "the server knows no cipher of ours, or asks for a certificate of ours"],
];

/** Undefined for what is none, or one that says nothing to people. */
export const alertWords = ({ code = "" }: NodeJS.ErrnoException): string | undefined =>
  /^ERR_SSL_\w+_ALERT_/.test(code) ? words.find(([alert]) => code.endsWith(`_ALERT_${alert}`))?.[1] : undefined;
