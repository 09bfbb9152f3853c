import type { ByteRange } from '../byteRange.ts';
import type { ByteSource, ReadResult } from '../byteSource.ts';
import { type ChangedView, type EditOutcome, Overlay } from '../overlay/overlay.ts';
import { readView } from '../overlay/readView.ts';
import type { Saved } from '../saving/saved.ts';
import { SourceError } from '../sourceError.ts';
import { refKey } from '../sourceRef.ts';
import { decodeBackup, encodeBackup } from './editBackup.ts';

/** What a document needs of the machine. All reject with a SourceError. */
export interface DocumentPorts {
  open(): Promise<ByteSource>;
  /** Writes what is staged over the source. */
  save(overlay: Overlay, source: ByteSource): Promise<Saved>;
}

/** The most bytes of one deletion that are kept for undo beyond a save, and for the check before one. */
const mostKept = 2 ** 20;

/**
 * A source with staged edits. What changes it is done one after the other, so that nothing is typed into a save that runs;
 * reading waits for nothing.
 */
export class EditableDocument {
  readonly #ports: DocumentPorts;
  #source: ByteSource;
  #overlay: Overlay;
  #version: string;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(ports: DocumentPorts, source: ByteSource, overlay: Overlay, version: string) {
    this.#ports = ports;
    this.#source = source;
    this.#overlay = overlay;
    this.#version = version;
  }

  static async open(ports: DocumentPorts): Promise<EditableDocument> {
    const source = await ports.open();
    const { size, version } = await source.probe();
    return new EditableDocument(ports, source, new Overlay(size), version);
  }

  /**
   * With the edits of a backup, whatever has become of the source: `changedUnder` tells. Rejects with
   * SourceError('badArgument') for what is no backup of this source.
   */
  static async restore(ports: DocumentPorts, backup: Uint8Array): Promise<EditableDocument> {
    const { source: edited, overlay } = decodeBackup(backup);
    const source = await ports.open();
    if (refKey(source.ref) === edited.key) return new EditableDocument(ports, source, overlay, edited.version);
    source.dispose();
    throw new SourceError('badArgument');
  }

  /** Of the view. Bytes. */
  get size(): number {
    return this.#overlay.size;
  }

  /** For looking at the edits; they are changed here alone. */
  get edits(): Pick<
    Overlay,
    'changes' | 'allChanges' | 'next' | 'previous' | 'count' | 'isEmpty' | 'toSource' | 'toView'
  > {
    return this.#overlay;
  }

  /** Like ByteSource.read, with the edits. */
  read(offset: number, into: Uint8Array): Promise<ReadResult> {
    return readView(this.#overlay, this.#source, offset, into);
  }

  /** Replaces bytes, as Overlay.edit does. Rejects with a SourceError where what is replaced cannot be read. */
  edit(offset: number, length: number, bytes: Uint8Array, options?: { typing?: boolean }): Promise<EditOutcome> {
    return this.#inTurn(async () => {
      const isTooLong = bytes.length === 0 && length > mostKept;
      const shown = isTooLong ? undefined : await this.#shown(offset, length);
      return this.#overlay.edit({ offset, length, bytes, shown }, options);
    });
  }

  /** As Overlay.undo. */
  undo(): Promise<ChangedView | undefined> {
    return this.#inTurn(async () => this.#overlay.undo());
  }

  redo(): Promise<ChangedView | undefined> {
    return this.#inTurn(async () => this.#overlay.redo());
  }

  discard(range: ByteRange): Promise<ChangedView | undefined> {
    return this.#inTurn(async () => this.#overlay.discard(range));
  }

  /** Ends a run of typing. */
  endStep(): void {
    this.#overlay.endStep();
  }

  /** Where it was written, the source is what the view was, and undo goes on beyond that. */
  save(): Promise<Saved> {
    return this.#inTurn(async () => {
      const saved = await this.#ports.save(this.#overlay, this.#source);
      if (saved.kind === 'changed') return saved;
      if (saved.way === 'beside') await this.#openAgain();
      if (saved.way !== 'nothing') this.#overlay.saved();
      this.#version = (await this.#source.probe()).version;
      return saved;
    });
  }

  /** Gives all edits and their history up, and shows what the source is now. */
  revert(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#openAgain();
      const { size, version } = await this.#source.probe();
      this.#overlay = new Overlay(size);
      this.#version = version;
    });
  }

  /** Waits for nothing: what is staged is kept even while a save runs. */
  backup(): Uint8Array<ArrayBuffer> {
    const { sourceSize } = this.#overlay;
    return encodeBackup(this.#overlay, { key: refKey(this.#source.ref), size: sourceSize, version: this.#version });
  }

  /** The edits under which the source has other bytes now than when they were made, and whether its size is another. */
  async changedUnder(): Promise<{ readonly ranges: readonly ByteRange[]; readonly isResized: boolean }> {
    const isResized = (await this.#source.size()) !== this.#overlay.sourceSize;
    const ranges: ByteRange[] = [];
    for (const { kind, source, length, isKept, id } of this.#overlay.allChanges()) {
      if (kind === 'insert' || !isKept) continue;
      const [seen, now] = [new Uint8Array(length), new Uint8Array(length)];
      this.#overlay.readOriginals(id, 0, seen);
      const read = await this.#source.read(source, now);
      const isSame = read.length === length && read.holes.length === 0 && seen.every((byte, i) => now[i] === byte);
      if (!isSame) ranges.push({ offset: source, length });
    }
    return { ranges, isResized };
  }

  dispose(): void {
    this.#source.dispose();
  }

  async #shown(offset: number, length: number): Promise<Uint8Array> {
    const shown = new Uint8Array(length);
    if (length === 0) return shown;
    const { holes, length: got } = await this.read(offset, shown);
    if (got < length) throw new SourceError('pastEnd');
    const [hole] = holes;
    if (hole !== undefined) throw new SourceError('ioError', { errno: hole.errno });
    return shown;
  }

  async #openAgain(): Promise<void> {
    const opened = await this.#ports.open();
    this.#source.dispose();
    this.#source = opened;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act, act);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
