import type { ByteSource } from '../../core/byteSource.ts';
import type { BackupStamp } from '../../core/editing/editBackup.ts';
import { equalBytes } from '../../core/memoryMap/memoryRegion.ts';
import { Overlay } from '../../core/overlay/overlay.ts';
import { putBytes } from '../../core/overlay/putBytes.ts';
import type { KeepableEdits } from './editKeeper.ts';
import { decodeEdits, encodeEdits } from './encodedEdits.ts';
import type { LiveDifference } from './liveEdits.ts';
import { readWhole } from './readWhole.ts';

/**
 * Live edits that were not stored, since other bytes stood there than the user was shown, until it is decided what becomes
 * of them. They are written down as edits over what stood there.
 */
export class RefusedEdits implements KeepableEdits {
  readonly #source: () => Pick<ByteSource, 'ref' | 'probe' | 'read'>;
  readonly #listeners = new Set<() => void>();
  #all: readonly LiveDifference[] = [];

  /** `source`: what they are of, as it is open now. */
  constructor(source: () => Pick<ByteSource, 'ref' | 'probe' | 'read'>) {
    this.#source = source;
  }

  /** In the order in which they were refused. */
  get all(): readonly LiveDifference[] {
    return this.#all;
  }

  set all(all: readonly LiveDifference[]) {
    if (all.length === 0 && this.#all.length === 0) return;
    this.#all = all;
    for (const listener of [...this.#listeners]) listener();
  }

  get hasEdits(): boolean {
    return this.#all.length > 0;
  }

  onDidEdit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async settled(): Promise<void> {}

  async backup(stamp?: BackupStamp): Promise<Uint8Array> {
    const end = this.#all.reduce((most, { offset, bytes }) => Math.max(most, offset + bytes.length), 0);
    const overlay = new Overlay(end);
    for (const { offset, bytes, now } of this.#all) {
      // What is not known of what stood there is no matter: it is looked at anew.
      const shown = bytes.slice();
      shown.set(now.subarray(0, shown.length));
      overlay.edit({ offset, length: bytes.length, bytes, shown });
    }
    return await encodeEdits(overlay, this.#source(), stamp);
  }

  async restore(backup: Uint8Array): Promise<boolean> {
    const decoded = await decodeEdits(backup);
    if (decoded === undefined) return false;
    const { overlay } = decoded;
    const wanted = [...overlay.allChanges()].filter(({ kind }) => kind === 'overwrite');
    const found = await this.#met(
      wanted.map((change) => ({ offset: change.source, bytes: putBytes(overlay, change) })),
    );
    this.all = [...found, ...this.#all];
    return true;
  }

  /** What there is stays beside them. */
  async restoreUnlessEdited(backup: Uint8Array): Promise<'restored' | 'unreadable'> {
    return (await this.restore(backup)) ? 'restored' : 'unreadable';
  }

  /** The source is another one: what stands there now is what is to be decided on. Never rejects. */
  async lookAgain(): Promise<void> {
    const before = this.#all;
    const found = await this.#met(before);
    this.all = [...found, ...this.#all.filter((one) => !before.includes(one))];
  }

  /** What is not there already. */
  async #met(wanted: readonly Pick<LiveDifference, 'offset' | 'bytes'>[]): Promise<LiveDifference[]> {
    const found: LiveDifference[] = [];
    for (const { offset, bytes } of wanted) {
      const now = await readWhole(this.#source(), offset, bytes.length).catch(() => new Uint8Array(0));
      if (!equalBytes(bytes, now)) found.push({ kind: 'edit', offset, bytes, now });
    }
    return found;
  }

  /** Nothing of them is saved ever. */
  async completeSave(): Promise<void> {}

  async isDone(): Promise<boolean> {
    return false;
  }
}
