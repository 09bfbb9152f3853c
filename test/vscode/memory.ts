// Memory of second processes, as refs and as what it must read as.
import { readFileSync, statSync } from 'node:fs';
import * as vscode from 'vscode';
import type { ByteSource } from '../../extension/core/byteSource.ts';
import {
  type ProcessFdRef,
  type ProcessRegionRef,
  refToUri,
  type SourceRef,
  type SysvShmRef,
} from '../../extension/core/sourceRef.ts';
import { type Owner, type Program, patternAt, startTimeOf } from '../support/programs.ts';
import type { Scratch } from '../support/scratch.ts';
import { open } from './memglass.ts';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Ends programs when the test is over. */
export function ownerOf(scratch: () => Scratch): Owner {
  return { after: (undo) => scratch().defer(undo) };
}

/** Opens for the length of a test. */
export function openRef(scratch: Scratch, ref: SourceRef): Promise<ByteSource> {
  return open(scratch, uriOf(ref));
}

export function uriOf(ref: SourceRef): vscode.Uri {
  return vscode.Uri.from(refToUri(ref));
}

export function posixRef(path: string): SourceRef {
  return { kind: 'posixShm', path: bytesOf(path.replace(/^\/dev\/shm\//, '')) };
}

export function sysvRef({ id, pid }: Program): SysvShmRef {
  return { kind: 'sysvShm', shmid: id, creatorPid: pid };
}

export function fdRef({ pid, fd }: { readonly pid: number; readonly fd: number }, name: string): ProcessFdRef {
  const inode = statSync(`/proc/${pid}/fd/${fd}`, { bigint: true }).ino;
  return { kind: 'processFd', pid, startTime: startTimeOf(pid), fd, inode, name: bytesOf(name) };
}

export function regionRef({ pid, address }: Program, size: number, name = ''): ProcessRegionRef {
  const end = address + BigInt(size);
  return { kind: 'processRegion', pid, startTime: startTimeOf(pid), start: address, end, name: bytesOf(name) };
}

/** What a program's `pattern` left in [offset, offset + length), where it was told to fill `filled` bytes. */
export function patternBytes(offset: number, length: number, filled: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (offset + at < filled ? patternAt(offset + at) : 0));
}

/** A column of a System V segment in /proc/sysvipc/shm; undefined once it is gone. */
export function segmentColumn(id: number, column: 'nattch' | 'rss' | 'swap'): number | undefined {
  const [head = [], ...rows] = readFileSync('/proc/sysvipc/shm', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const row = rows.find((fields) => fields[head.indexOf('shmid')] === String(id));
  return row === undefined ? undefined : Number(row[head.indexOf(column)]);
}
