// The System V segments that there are now, as the kernel lists them.
import { readFileSync } from 'node:fs';

/** By the names of the columns: shmid, cpid, rss and so on. */
export type SegmentRow = Readonly<Record<string, string | undefined>>;

export function sysvSegments(): SegmentRow[] {
  const [head = [], ...rows] = readFileSync('/proc/sysvipc/shm', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return rows.map((row) => Object.fromEntries(head.map((column, index) => [column, row[index]])));
}

/** Undefined once it is gone. */
export function sysvSegment(id: number): SegmentRow | undefined {
  return sysvSegments().find(({ shmid }) => shmid === `${id}`);
}
