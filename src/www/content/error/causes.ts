// What is behind an error that content causes, or a visitor who is not let in, for whoever may see details: which setting is
// responsible and what mends it, one row for each status and substatus. Data only.

export interface Cause {
  readonly because: string;
  /** Of the site or virtual directory. */
  readonly setting?: string;
  readonly remedy: string;
}

export const causes: Readonly<Record<string, Cause>> = {
  "401.1": {
    because: "The name or the password is wrong, or the account may not log in at this site.",
    setting: "basicAuthentication",
    remedy:
      "See what the event log says of it: inetsrv trace with the request id below. A right to log in: inetsrv user allow.",
  },
  "401.2": {
    because: "Whoever has not logged in may not see it.",
    setting: "authorization",
    remedy: "Log in. To let everybody in, see anonymousAuthentication and authorization.",
  },
  "401.503": {
    because: "The address of the client may not see it.",
    setting: "addressAccess",
    remedy: "Add a rule for the address to addressAccess.",
  },
  "403.0": {
    because: "The rules of authorization do not let this visitor in, and to log in would not help.",
    setting: "authorization",
    remedy: "Let an account or one of its groups in by a rule of authorization, and see that none denies it.",
  },
  "403.2": {
    because: "The system does not let the server read it, or a link leads where none may lead.",
    setting: "links",
    remedy:
      "Give the user of the service the right to read the file and to pass its folders; for a link, see what links allows.",
  },
  "403.4": {
    because: "The connection is in clear, and this is shown, or a login taken, under TLS only.",
    setting: "requireTls",
    remedy: "Ask with https. Where others cannot listen, see requireTls, and plainTextLogin of the site.",
  },
  "403.7": {
    because: "The client has shown no certificate.",
    setting: "requireClientCertificate",
    remedy: "Give the client a certificate, and see that clientCertificate of the site is ask.",
  },
  "403.12": {
    because: "The client certificate stands for no account that may log in here.",
    setting: "certificateAuthentication",
    remedy: "Put a name of the certificate into certificateNames of the account.",
  },
  "403.14": {
    because: "The folder has none of the default documents, and may not be listed.",
    setting: "directoryBrowsing",
    remedy: "Put one of defaultDocuments into the folder, or set directoryBrowsing to true.",
  },
  "403.16": {
    because: "The client certificate is of nobody whom the site knows as an issuer.",
    setting: "clientAuthorities",
    remedy: "Put the certificate of its issuer into clientAuthorities of the site.",
  },
  "403.17": {
    because: "The client certificate has expired, or its time has not come yet.",
    setting: "clientAuthorities",
    remedy: "Give the client a certificate that is valid now, and look at the clock of this machine.",
  },
  "403.503": {
    because: "The address of the client may not see it.",
    setting: "addressAccess",
    remedy: "Add a rule for the address to addressAccess.",
  },
  "404.0": {
    because: "There is no such file or folder.",
    remedy: "Look at the path below: the letters of a name count, unless ignoreCase is set.",
  },
  "404.3": {
    because: "No media type is known for the extension of the file.",
    setting: "mimeMap",
    remedy: "Add a row for the extension to mimeMap, such as .webp image/webp.",
  },
  "404.9": {
    because: "A name in the path begins with a dot, which hides it.",
    setting: "hiddenFiles",
    remedy: "Rename it, or set hiddenFiles to true.",
  },
  "404.503": {
    because: "The address of the client may not see it, and is not to know that it is there.",
    setting: "addressAccess",
    remedy: "Add a rule for the address to addressAccess.",
  },
  "405.0": {
    because: "A file can be read, and nothing else.",
    remedy: "Send GET or HEAD, or map the path to a program.",
  },
  "412.0": {
    because: "The request was only to be carried out if the file had not changed, and it has.",
    remedy: "Ask for the file anew.",
  },
  "416.0": {
    because: "The part that was asked for lies beyond the end of the file.",
    remedy: "Ask for the file anew.",
  },
  "429.0": {
    because: "Too many logins from this address, or of this account, have failed.",
    remedy:
      "Wait, or lift the block: inetsrv user blocks, inetsrv user unblock. When it begins is decided by account/blockAddressAfter and account/blockAccountAfter.",
  },
  "500.0": {
    because: "The disk did not deliver.",
    remedy: "Look at what the system said below.",
  },
  "501.0": {
    because: "No file, and nothing else here, knows the method.",
    remedy: "Send GET or HEAD; methods are written in capital letters.",
  },
  "503.2": {
    because: "The server has no descriptors or memory left for another file, or too much of this kind to do at once.",
    remedy: "Try again; if it stays, raise the limit of open files of the service.",
  },
};
