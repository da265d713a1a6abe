// What workers are told of certificates, in messages of a size that a pipe likes. Pure mapping.
import type { CertificateChange } from "../certificate/keeper/certificate-keeper.ts";
import type { SupervisorMessage } from "../ipc/messages.ts";

const CERTIFICATES_PER_MESSAGE = 50;

export function* certificateOrders({ set, removed, fallback }: CertificateChange): Generator<SupervisorMessage> {
  if (removed.length > 0) yield { name: "supervisor.certificates.remove", names: removed };
  // At least one, as the fallback may be all that has changed.
  for (let start = 0; start === 0 || start < set.length; start += CERTIFICATES_PER_MESSAGE) {
    const certificates = set.slice(start, start + CERTIFICATES_PER_MESSAGE);
    yield { name: "supervisor.certificates.set", certificates, fallback };
  }
}
