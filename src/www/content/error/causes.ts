// What is behind an error that content causes, for whoever may see details: which setting is responsible and what mends it, one row
// for each status and substatus. Data only.

export interface Cause {
  readonly because: string;
  /** Of the site or virtual directory. */
  readonly setting?: string;
  readonly remedy: string;
}

export const causes: Readonly<Record<string, Cause>> = {
  "403.2": {
    because: "The system does not let the server read it, or a link leads where none may lead.",
    setting: "links",
    remedy:
      "Give the user of the service the right to read the file and to pass its folders; for a link, see what links allows.",
  },
  "403.14": {
    because: "The folder has none of the default documents, and may not be listed.",
    setting: "directoryBrowsing",
    remedy: "Put one of defaultDocuments into the folder, or set directoryBrowsing to true.",
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
