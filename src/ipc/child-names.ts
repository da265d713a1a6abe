// What processes are called that the program starts of itself, besides those that bear the name of their service.

/** It answers about the mail where no worker does. */
export const CLERK = "mail-clerk";
/** It tries things for the doctor; behind it may stand whom it becomes: ":1000:1000". */
export const HAND = "doctor-hand";
