// Ends a whole session of processes. A group is not enough: some of VS Code's children make a group of their own.
import { readdirSync, readFileSync } from 'node:fs';

/** The living processes of the session that `leader` started with setsid. Zombies are not counted. */
export function sessionMembers(leader: number): number[] {
  const members: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      // The command's name may hold anything, so fields are counted from its closing bracket: state ppid pgrp session.
      const [state, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(session) === leader && state !== 'Z') members.push(Number(name));
    } catch {
      // ended meanwhile
    }
  }
  return members;
}

/** Signals every member but `except`; gives how many there were. */
export function killSession(leader: number, signal: NodeJS.Signals, except?: number): number {
  let count = 0;
  for (const pid of sessionMembers(leader)) {
    if (pid === except) continue;
    try {
      process.kill(pid, signal);
      count++;
    } catch {
      // ended meanwhile
    }
  }
  return count;
}
