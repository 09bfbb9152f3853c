import { stat } from 'node:fs/promises';

/** Whether two paths lead to one file. Not where one of them leads nowhere, or nobody can tell. */
export async function isSameFile(one: Uint8Array, other: Uint8Array): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map(identityOf));
  return first !== undefined && first === second;
}

async function identityOf(path: Uint8Array): Promise<string | undefined> {
  const found = await stat(Buffer.from(path), { bigint: true }).catch(() => undefined);
  return found && `${found.dev}:${found.ino}`;
}
