// Makes a process that root has started one of an ordinary user, in all its threads and for good: what a stranger's bytes may
// reach from then on has no right of root.
export interface UserNumbers {
  readonly uid: number;
  readonly gid: number;
}

export function layDownPrivileges({ uid, gid }: UserNumbers): void {
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
  if (process.getuid?.() !== uid || process.getgid?.() !== gid) throw new Error(`still user ${process.getuid?.()}`);
}
