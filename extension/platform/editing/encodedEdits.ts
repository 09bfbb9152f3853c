import type { ByteSource } from '../../core/byteSource.ts';
import { type BackupStamp, backupSteps, overlaySteps } from '../../core/editing/editBackup.ts';
import type { Overlay } from '../../core/overlay/overlay.ts';
import { refKey } from '../../core/sourceRef.ts';
import { inSlices } from '../slices.ts';

/** A backup of edits, with what is needed to tell whether they still fit the source. */
export async function encodeEdits(
  overlay: Overlay,
  source: Pick<ByteSource, 'ref' | 'probe'>,
  stamp: BackupStamp | undefined,
): Promise<Uint8Array> {
  const version = await source.probe().then(
    (probe) => probe.version,
    () => '',
  );
  const about = { key: refKey(source.ref), size: overlay.sourceSize, version };
  return await inSlices(backupSteps(overlay, about, stamp));
}

/** The edits of a backup, and what the source was as it was made; undefined where it is none. */
export async function decodeEdits(
  backup: Uint8Array,
): Promise<{ readonly overlay: Overlay; readonly version: string } | undefined> {
  try {
    const { overlay, source } = await inSlices(overlaySteps(backup));
    return { overlay, version: source.version };
  } catch {
    return undefined;
  }
}
