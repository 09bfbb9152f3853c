// What a file that takes another's place must have of it.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, statSync } from 'node:fs';
import { failureOf } from './addon.ts';

/** Gives a file an owner, a mode, an ACL and an attribute that none has by itself; answers why that is not possible here. */
export function makePeculiar(path: string): string | undefined {
  if (process.getuid?.() === 0) chownSync(path, 12_345, 54_321);
  chmodSync(path, 0o4751);
  const attributes = `import os, struct
acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in [(1,7,0xffffffff),(2,4,777),(4,5,0xffffffff),(16,5,0xffffffff),(32,1,0xffffffff)])
os.setxattr("${path}", "user.note", b"kept")
os.setxattr("${path}", "system.posix_acl_access", acl)`;
  return failureOf('python3', '-c', attributes);
}

/** Owner, group, mode and attributes, to be compared. */
export function peculiaritiesOf(path: string): unknown[] {
  const { uid, gid, mode } = statSync(path);
  const told = `import os; print([(n, os.getxattr("${path}", n)) for n in sorted(os.listxattr("${path}"))])`;
  return [uid, gid, mode, execFileSync('python3', ['-c', told], { encoding: 'utf8' })];
}
