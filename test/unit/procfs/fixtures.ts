import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A piece of /proc as captured from Linux 6.18: process 20950 was made to have one of each kind of mapping, names that
 * nobody expects, and locks; 2 is a kernel thread. mountinfo is written by hand.
 */
export function fixture(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(import.meta.dirname, '../../fixtures/proc', path)));
}

/** Bytes of a text in which each character up to U+00FF stands for one byte. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The reverse of bytesOf. */
export function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
