// Edits of a file as a save of the addon takes them.
import { statSync } from 'node:fs';
import { Overlay } from '../../extension/core/overlay/overlay.ts';
import { type SaveExtent, saveContentsSteps } from '../../extension/core/saving/saveContents.ts';
import type { SaveRequest } from '../../native/index.d.ts';
import { digestOf } from './digestOf.ts';
import { finished } from './finished.ts';

export interface TextEdit {
  readonly offset: number;
  /** Bytes that go. */
  readonly length?: number;
  readonly text: string;
  /** It is a deletion, of whose bytes only a digest is kept. */
  readonly isUnkept?: boolean;
}

const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

/** What is seen under the edits is what `shownAt` says. */
export function editsOf(size: number, shownAt: (offset: number) => number, ...edits: readonly TextEdit[]): Overlay {
  const overlay = new Overlay(size);
  for (const { offset, length = 0, text, isUnkept = false } of edits) {
    const shown = Uint8Array.from({ length }, (_, i) => shownAt(overlay.toSource(offset + i) ?? 0));
    const digests = isUnkept ? { blockLength: length, digests: digestOf(shown) } : undefined;
    overlay.edit({ offset, length, bytes: bytesOf(text), shown: isUnkept ? undefined : shown, digests });
  }
  return overlay;
}

export function requestFor(path: string, overlay: Overlay, extent: SaveExtent): SaveRequest {
  const { dev, ino, size } = statSync(path, { bigint: true });
  const contents = finished(saveContentsSteps(overlay, extent));
  return { ...contents, newSize: BigInt(contents.newSize), expected: { dev, ino, size } };
}
