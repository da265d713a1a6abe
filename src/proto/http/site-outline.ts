// A web site as an operator thinks of it: where it is asked and where its files lie. What crosses between the service, the
// operations and the command. Data only.

export interface SiteOutline {
  readonly name: string;
  /** Its node in the configuration. */
  readonly path: string;
  readonly title: string;
  /** "*:80:www.example.org" */
  readonly bindings: readonly string[];
  /** The same for those that begin with TLS. */
  readonly secureBindings: readonly string[];
  /** Absolute, on the disk of this machine. */
  readonly folder: string;
  /** Applications and other directories below it, by their URLs. */
  readonly directories: readonly DirectoryOutline[];
}

export interface DirectoryOutline {
  /** "/shop/images" */
  readonly url: string;
  /** The application it belongs to, or is. */
  readonly application: string;
  readonly path: string;
  readonly folder: string;
}

export const isApplication = ({ url, application }: DirectoryOutline): boolean => url === application;
