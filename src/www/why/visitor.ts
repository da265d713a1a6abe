// Whoever is asked about by `inetsrv www why`: a client that has shown what makes it that user, by whichever way the site
// takes, so that the rows decide about it as about any other.
import type { From, Login, Welcome } from "../../account/login.ts";
import { takesPassword } from "../../account/site-login.ts";
import type { Secured } from "../../net/connection.ts";
import { isLoopback } from "../../net/ip-address.ts";
import type { Asker } from "../content/asker.ts";
import type { WwwSiteValues } from "../settings.ts";

export class Visitor implements Asker {
  readonly address: string;
  readonly isLocal: boolean;
  readonly secured: Secured | undefined;
  user: Welcome | undefined;
  private readonly shown: Welcome | undefined;

  constructor(address: string, secure: boolean, shown: Welcome | undefined) {
    this.address = address;
    this.isLocal = isLoopback(address);
    this.shown = shown;
    const fingerprint = shown === undefined ? undefined : "one that stands for the user";
    this.secured = secure ? securedBy(fingerprint) : undefined;
  }

  /** Of its request; what stands for the password is not looked at. */
  get headers(): string {
    const { shown } = this;
    return shown === undefined ? "" : `Authorization: Basic ${Buffer.from(`${shown.account}:`).toString("base64")}\r\n`;
  }

  loginAt({ plainTextLogin }: Pick<WwwSiteValues, "plainTextLogin">): Pick<Login, "takesPassword" | "verifyCached"> {
    const { shown } = this;
    return {
      takesPassword: (from: From) => takesPassword(from, plainTextLogin),
      verifyCached: async () => shown ?? { is: "unavailable", because: "nobody has shown anything" },
    };
  }

  traceId(): string {
    return "";
  }

  cut(): void {}
}

const securedBy = (clientFingerprint: string | undefined): Secured => ({
  protocol: "TLSv1.3",
  cipher: "TLS_AES_128_GCM_SHA256",
  serverName: undefined,
  alpn: undefined,
  clientName: undefined,
  clientFingerprint,
  clientDistrust: undefined,
  resumed: false,
});
