// What a web site is to connections over QUIC, and what it tells others about that.
import type { OverQuic, QuicConnection } from "../../net/connection.ts";
import { AddedFields } from "../../proto/http/answer/added-fields.ts";
import type { Binding } from "../../schema/kinds/network.ts";

export class SiteOverQuic implements OverQuic {
  isOpen = false;
  readonly serve: (connection: QuicConnection) => void;
  private readonly invitation: AddedFields | undefined;

  constructor(secureBindings: readonly Binding[], serve: (connection: QuicConnection) => void) {
    this.serve = serve;
    this.invitation = invitation(secureBindings);
  }

  /** For answers under TLS. */
  get invites(): AddedFields | undefined {
    return this.isOpen ? this.invitation : undefined;
  }
}

/** How long a client may keep it. */
const DAY_SECONDS = 86_400;

/** RFC 7838 §3 partly: the host is the same. A port that the kernel chose has no number to be told. */
function invitation(secureBindings: readonly Binding[]): AddedFields | undefined {
  const ports = new Set(secureBindings.map(({ port }) => port).filter((it) => it !== 0));
  if (ports.size === 0) return undefined;
  const text = [...ports].map((port) => `h3=":${port}"; ma=${DAY_SECONDS}`).join(", ");
  return new AddedFields([["Alt-Svc", text]]);
}
