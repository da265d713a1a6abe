// The two files that say what a Postfix of a test or bench is: main.cf and master.cf. It asks no DNS, names no file outside
// its folder but its programs, and looks for nobody on this machine. Text only.
export type MainSettings = Readonly<Record<string, string | number>>;

/** Accounts that any system has and that own nothing, as Postfix wants its own, and no test makes any. */
export const OWNER = "daemon";
export const SETGID_GROUP = "mail";
/** Of the user "nobody". */
export const MAILBOX_ID = 65534;

export interface PostfixPlaces {
  readonly folder: string;
  readonly libraries: string;
  readonly daemons: string;
}

export const mainFile = ({ folder, libraries, daemons }: PostfixPlaces, settings: MainSettings): string =>
  Object.entries({
    compatibility_level: "3.6",
    queue_directory: `${folder}/spool`,
    data_directory: `${folder}/data`,
    daemon_directory: daemons,
    shlib_directory: libraries,
    // Its processes are given nothing else of the environment.
    import_environment: `MAIL_CONFIG LD_LIBRARY_PATH=${libraries}`,
    mail_owner: OWNER,
    setgid_group: SETGID_GROUP,
    maillog_file: `${folder}/log`,
    maillog_file_prefixes: folder,
    myhostname: "mx.postfix.example",
    inet_interfaces: "127.0.0.1",
    inet_protocols: "ipv4",
    mynetworks: "127.0.0.0/8",
    mydestination: "",
    local_recipient_maps: "",
    alias_maps: "",
    alias_database: "",
    disable_dns_lookups: "yes",
    smtpd_peername_lookup: "no",
    smtpd_recipient_restrictions: [
      "check_recipient_access",
      `texthash:${folder}/recipients`,
      "permit_mynetworks",
      "reject",
    ].join(),
    notify_classes: "",
    default_transport: "error:5.4.4 Nobody is there",
    virtual_mailbox_domains: "postfix.example",
    virtual_mailbox_base: folder,
    virtual_mailbox_maps: "static:box/",
    virtual_uid_maps: `static:${MAILBOX_ID}`,
    virtual_gid_maps: `static:${MAILBOX_ID}`,
    in_flow_delay: "0",
    ...settings,
  })
    .map(([name, value]) => `${name} = ${value}\n`)
    .join("");

/** As the package has it, without what nobody asks for, and nothing in a chroot. */
export const masterFile = (port: number): string =>
  [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    "pickup unix n - n 60 1 pickup",
    "cleanup unix n - n - 0 cleanup",
    "qmgr unix n - n 300 1 qmgr",
    "tlsmgr unix - - n 1000? 1 tlsmgr",
    "rewrite unix - - n - - trivial-rewrite",
    "bounce unix - - n - 0 bounce",
    "defer unix - - n - 0 bounce",
    "trace unix - - n - 0 bounce",
    "proxymap unix - - n - - proxymap",
    "smtp unix - - n - - smtp",
    "error unix - - n - - error",
    "virtual unix - n n - - virtual",
    "anvil unix - - n - 1 anvil",
    "scache unix - - n - 1 scache",
    "postlog unix-dgram n - n - 1 postlogd",
    "",
  ].join("\n");
