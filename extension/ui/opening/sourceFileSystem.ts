/**
 * Memglass's own schemes as files, so that other extensions can read them by `workspace.fs`. For reading only, and as a
 * whole, as the API has it: what is too large, or has holes, is refused rather than given in part. The editor does not
 * come by here.
 */
import * as vscode from 'vscode';
import type { ByteSource } from '../../core/byteSource.ts';
import { uriToDocument } from '../../core/editing/documentUri.ts';
import { SourceError, type SourceErrorCode } from '../../core/sourceError.ts';
import { ownSchemes } from '../../core/sourceRef.ts';
import type { Platform } from '../../platform/platform.ts';
import { withLateProgress } from '../asking/lateProgress.ts';
import { sentenceFor } from '../errors.ts';
import { fileReadLimit } from '../settings.ts';
import { sourceTitle } from '../sourceTitle.ts';

/** Bytes read at a time: between two of them the user may have ended it. */
const piece = 2 ** 20;

export function registerSourceFileSystem(context: vscode.ExtensionContext, platform: Platform): void {
  const files = new SourceFileSystem(platform);
  context.subscriptions.push(files);
  for (const scheme of ownSchemes) {
    const options = { isCaseSensitive: true, isReadonly: true };
    context.subscriptions.push(vscode.workspace.registerFileSystemProvider(scheme, files, options));
  }
}

export class SourceFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #platform: Pick<Platform, 'openSource' | 'watch'>;
  readonly #withProgress: typeof withLateProgress;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();

  readonly onDidChangeFile = this.#changed.event;

  constructor(platform: Pick<Platform, 'openSource' | 'watch'>, withProgress = withLateProgress) {
    this.#platform = platform;
    this.#withProgress = withProgress;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Tells what the kernel tells of a source: new sizes and times, and its end. Stores through a mapping leave no trace. */
  watch(uri: vscode.Uri): vscode.Disposable {
    let isOver = false;
    let stop = () => {};
    const begin = async () => {
      const watched = await this.#platform.watch(uriToDocument(uri).ref);
      if (isOver) return watched.dispose();
      watched.onDidChange(() => {
        const { Changed, Deleted } = vscode.FileChangeType;
        const { kind } = watched.state.fate;
        this.#changed.fire([{ uri, type: kind === 'gone' || kind === 'deleted' ? Deleted : Changed }]);
      });
      const unwatch = watched.watch();
      // Nothing is read here: what reading holds, such as an attachment that counts, is for views.
      watched.source.rest?.();
      stop = () => {
        unwatch();
        watched.dispose();
      };
    };
    // What cannot be opened says so to who reads it.
    begin().catch(() => {});
    return new vscode.Disposable(() => {
      isOver = true;
      stop();
    });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return await this.#withSource(uri, async (source) => {
      const { size, modifiedAt = 0 } = await source.probe();
      const { File } = vscode.FileType;
      return { type: File, ctime: 0, mtime: modifiedAt, size, permissions: vscode.FilePermission.Readonly };
    });
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return await this.#withSource(uri, async (source) => {
      const path = sourceTitle(source.ref, source.details);
      const [size, limit] = [await source.size(), fileReadLimit()];
      if (size > limit || source.sizeKind === 'endless' || source.sizeKind === 'clamped') {
        throw new SourceError('overLimit', { path, space: { needed: BigInt(size), free: BigInt(limit) } });
      }
      return await this.#withProgress(vscode.l10n.t('Reading {0}', path), (isCancelled) =>
        readWhole(source, size, path, isCancelled),
      );
    });
  }

  readDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.FileNotADirectory(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  delete(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  rename(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  async #withSource<Result>(uri: vscode.Uri, use: (source: ByteSource) => Promise<Result>): Promise<Result> {
    let source: ByteSource | undefined;
    try {
      source = await this.#platform.openSource(uriToDocument(uri).ref);
      return await use(source);
    } catch (error) {
      throw toFileSystemError(error);
    } finally {
      source?.dispose();
    }
  }
}

/** All of it, or what is left of it where it shrinks meanwhile. Rejects with a SourceError. */
async function readWhole(
  source: ByteSource,
  size: number,
  path: string,
  isCancelled: () => boolean,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  for (let offset = 0; offset < size; ) {
    if (isCancelled()) throw new SourceError('cancelled', { path });
    const into = bytes.subarray(offset, offset + piece);
    const { length, holes } = await source.read(offset, into);
    const [hole] = holes;
    if (hole !== undefined) throw new SourceError('incomplete', { path, hole });
    offset += length;
    if (length < into.length) return bytes.slice(0, offset);
  }
  return bytes;
}

function readOnly(uri: vscode.Uri): vscode.FileSystemError {
  return vscode.FileSystemError.NoPermissions(
    vscode.l10n.t('{0} is for reading only here. Use Memglass’s own commands to change memory.', uri.path),
  );
}

const kindOfCode: Partial<Record<SourceErrorCode, 'FileNotFound' | 'NoPermissions'>> = {
  notFound: 'FileNotFound',
  gone: 'FileNotFound',
  segmentGone: 'FileNotFound',
  processGone: 'FileNotFound',
  programGone: 'FileNotFound',
  descriptorGone: 'FileNotFound',
  regionGone: 'FileNotFound',
  badUri: 'FileNotFound',
  noPermission: 'NoPermissions',
  noTrace: 'NoPermissions',
  noAddressSpace: 'NoPermissions',
};

function toFileSystemError(error: unknown): Error {
  if (!(error instanceof SourceError)) return error instanceof Error ? error : new Error(String(error));
  return vscode.FileSystemError[kindOfCode[error.code] ?? 'Unavailable'](sentenceFor(error));
}
