import { readFile } from 'node:fs/promises';

/** Milliseconds for which what was read holds: accounts come and go rarely. */
const keptFor = 60_000;

/** Names of users and groups by their numbers, as this machine's own files have them. */
export interface Accounts {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

let known: { readonly at: number; readonly accounts: Promise<Accounts> } | undefined;

/** Empty where the files cannot be read. Those of a directory service (LDAP, …) are not asked for. */
export function readAccounts(): Promise<Accounts> {
  if (known === undefined || performance.now() - known.at > keptFor) {
    const accounts = Promise.all([readNames('/etc/passwd'), readNames('/etc/group')]);
    known = { at: performance.now(), accounts: accounts.then(([users, groups]) => ({ users, groups })) };
  }
  return known.accounts;
}

/** passwd(5) and group(5) alike: `name:password:number:…`. The first name of a number counts. */
async function readNames(path: string): Promise<ReadonlyMap<number, string>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , number] = line.split(':');
    if (name === undefined || number === undefined || !/^\d+$/.test(number)) continue;
    if (!names.has(Number(number))) names.set(Number(number), name);
  }
  return names;
}
