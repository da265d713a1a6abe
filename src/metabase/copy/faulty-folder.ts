// A folder that fails on purpose at its n-th operation; what is written when the process dies is left as a torn line.
import type { Fuse } from "../store/faulty-store.ts";
import { type Folder, UNFINISHED } from "./folder.ts";

export function faultyFolder(inner: Folder, fuse: Fuse): Folder {
  return {
    path: inner.path,
    names: () => fuse.run(() => inner.names()),
    read: (name) => fuse.run(() => inner.read(name)),
    append: (name, offset, text) =>
      fuse.run(
        () => inner.append(name, offset, text),
        () => inner.append(name, offset, text.slice(0, text.length / 2)),
      ),
    replace: (name, parts) =>
      fuse.run(
        () => inner.replace(name, parts),
        () => inner.replace(`${name}${UNFINISHED}`, ["half"]),
      ),
    remove: (name) => fuse.run(() => inner.remove(name)),
  };
}
