import type { Uri } from 'vscode';
import type { ByteSource } from './core/byteSource.ts';

export type {
  ByteSource,
  Hole,
  HoleReason,
  ReadResult,
  SizeKind,
  SourceAbilities,
  SourceFate,
  SourceOverview,
  SourceProbe,
} from './core/byteSource.ts';

/**
 * What `activate()` returns, for other extensions:
 * `await vscode.extensions.getExtension<MemglassApi>('memglass.memglass')?.activate()`.
 */
export interface MemglassApi {
  /** Opens a file in a Memglass tab: a URI (`file:` or one of Memglass's own schemes) or a full path. */
  open(target: Uri | string): Promise<void>;
  /**
   * Opens a source for reading, without a tab. The caller disposes of it. Rejects with an error whose `code` is a
   * SourceErrorCode (core/sourceError.ts): `notFound`, `noPermission`, `isDirectory`, …
   */
  openSource(uri: Uri): Promise<ByteSource>;
}
