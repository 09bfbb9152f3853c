/** Saving staged edits of a file: the plan, its execution, and what came of it. */
import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeAddon, NativeFile, SaveRequest, SaveTask } from '../../../native/index.d.ts';
import { joinedRanges } from '../../core/byteRange.ts';
import type { Overlay } from '../../core/overlay/overlay.ts';
import type { SaveContents } from '../../core/saving/saveContents.ts';
import type { Saved } from '../../core/saving/saved.ts';
import { inPlacePlanSteps, type SavePlan, type SaveTarget, savePlanSteps } from '../../core/saving/savePlan.ts';
import { SourceError } from '../../core/sourceError.ts';
import { printableName } from '../../core/text/printableName.ts';
import { freeBytes } from '../sharedMemory/makeObject.ts';
import { seal, unlessSealed } from '../sharedMemory/openObject.ts';
import { operation } from '../sharedMemory/operationErrors.ts';
import type { Task } from '../sharedMemory/task.ts';
import { inSlices } from '../slices.ts';
import { finished, reportInterval } from './fileTask.ts';
import type { FileIdentity, Journals } from './journals.ts';

export interface FileSave {
  readonly path: Uint8Array;
  /** The file that was edited. */
  readonly identity: FileIdentity;
  /** Shared memory: others have it mapped. */
  readonly isShared: boolean;
  readonly overlay: Overlay;
  readonly task: Task;
  /** Whether it writes over bytes that the user did not see: he was asked. */
  readonly overwrites?: boolean;
  /** What must stand where the save looks, one after the other: what the user saw, if left out. */
  readonly standing?: Uint8Array | undefined;
  /** Is asked before a save that takes long or much; none means yes. */
  readonly approve?: ((plan: SavePlan) => Promise<boolean>) | undefined;
}

/**
 * Saves what is staged. Rejects with a SourceError, and nothing is done then: `stale` (another file, or another size),
 * `noSpace`, `sealed`, `mayNotChange`, `sizeIsFixed`, `cancelled`, `unfinishedSave`, `notWithdrawn`; with `ioError` a part may be written, and
 * is completed from its journal when it is saved again, or at the next start.
 */
export async function saveFile(addon: NativeAddon, journals: Journals, save: FileSave): Promise<Saved> {
  const path = printableName(save.path);
  for (;;) {
    await completeSave(journals, save.identity, path, save.task.isCancelled);
    const saved = await saveOnce(addon, journals, save);
    if (saved !== undefined) return saved;
  }
}

/** Undefined where another save of the file has begun meanwhile: it goes first. */
async function saveOnce(addon: NativeAddon, journals: Journals, save: FileSave): Promise<Saved | undefined> {
  // A file of its own, since a save holds up what else is asked of it.
  const file = await operation(() => addon.openFile(save.path));
  try {
    const target = await targetOf(file, save, journals);
    const plan = await inSlices(savePlanSteps(save.overlay, target));
    if (plan.way === 'nothing') return { kind: 'saved', way: 'nothing' };
    if (plan.way === 'refused') throw new SourceError('sizeIsFixed', { path: printableName(save.path) });
    return await run(file, journals, save, plan).catch(async (error) => {
      if (plan.way !== 'beside' || !cannotBeAlike(error)) throw error;
      return await run(file, journals, save, await inSlices(inPlacePlanSteps(save.overlay, target)));
    });
  } catch (error) {
    if (isTaken(error)) return undefined;
    throw error;
  } finally {
    file.close();
  }
}

/** The journal of another save is there. */
function isTaken(error: unknown): boolean {
  return error instanceof SourceError && error.detail.errno === 'EEXIST' && error.detail.syscall === 'link';
}

/** As StagedSave has it, of a file that is shown as `path`. */
export async function completeSave(
  journals: Journals,
  identity: FileIdentity,
  path: string,
  isCancelled: () => boolean,
): Promise<boolean> {
  let left = await journals.recover(identity);
  while (left === 'running' && !isCancelled()) {
    // Another window saves it; then this save finds what that has made of it.
    await sleep(reportInterval);
    left = await journals.recover(identity);
  }
  if (left !== undefined && left !== 'completed') throw new SourceError('unfinishedSave', { path });
  return left === 'completed';
}

async function run(file: NativeFile, journals: Journals, save: FileSave, plan: SavePlan): Promise<Saved> {
  if (plan.way === 'nothing' || plan.way === 'refused') throw new Error(`there is no save that does ${plan.way}`);
  const path = printableName(save.path);
  const { space, free, isLong } = plan.cost;
  const room = free === undefined ? undefined : { needed: BigInt(space), free: BigInt(free) };
  if (free !== undefined && space > free) throw new SourceError('noSpace', { errno: 'ENOSPC', path, space: room });
  const isRefused = isLong && save.approve !== undefined && !(await save.approve(plan));
  if (isRefused || save.task.isCancelled()) throw new SourceError('cancelled', { path });
  const request = requestOf(save, plan.contents);
  const journal = plan.way === 'inPlace' && plan.usesJournal ? await journals.pathFor(save.identity) : undefined;
  let task: SaveTask | undefined;
  const start = () => {
    task =
      plan.way === 'beside'
        ? file.saveBeside(request)
        : file.saveInPlace(request, journal === undefined ? undefined : Uint8Array.from(Buffer.from(journal)));
    return task;
  };
  const seals = seal.write | seal.futureWrite | (request.newSize > request.expected.size ? seal.grow : seal.shrink);
  const { changed } = await unlessSealed(file, seals, () =>
    operation(() => finished(start(), save.task), { path, space: room }),
  ).catch(async (error: unknown) => {
    // The disk may take now what failed midway: else the file is neither the old nor the new one. Another journal than that
    // of this save is another's, and this one is not done by completing that.
    const hasJournal = task?.progress().hasJournal === true;
    if (hasJournal && (await isCompleted(journals, save.identity))) return { changed: [] };
    throw !hasJournal && isLeft(error) ? new SourceError('notWithdrawn', error.detail) : error;
  });
  if (changed.length === 0) return { kind: 'saved', way: plan.way };
  const { checks, blocks } = plan.contents;
  const { length } = checks.offsets;
  const rangesOf = ({ offsets, lengths }: typeof checks, indexes: readonly number[]) =>
    indexes.map((i) => ({ offset: offsets[i] ?? 0, length: lengths[i] ?? 0 }));
  const all = [...changed];
  const ranges = rangesOf(
    checks,
    all.filter((i) => i < length),
  );
  const deleted = rangesOf(
    blocks,
    all.filter((i) => i >= length).map((i) => i - length),
  );
  return { kind: 'changed', ranges, deleted: joinedRanges(deleted) };
}

/** Nothing was written, and the journal of that stays. */
function isLeft(error: unknown): error is SourceError {
  return error instanceof SourceError && error.detail.syscall === 'unlink';
}

/** Whether what failed midway is completed: now, or by another window before us. */
async function isCompleted(journals: Journals, identity: FileIdentity): Promise<boolean> {
  try {
    const left = await journals.recover(identity);
    return left === undefined || left === 'completed';
  } catch {
    return false;
  }
}

function requestOf({ identity, overlay, overwrites, standing }: FileSave, contents: SaveContents): SaveRequest {
  const expected = { ...identity, size: BigInt(overlay.sourceSize) };
  const unchecked = {
    checks: { offsets: new Float64Array(0), lengths: new Float64Array(0) },
    originals: new Uint8Array(0),
    blocks: { offsets: new Float64Array(0), lengths: new Float64Array(0) },
    digests: new Uint8Array(0),
  };
  const originals = standing ?? contents.originals;
  const request = { ...contents, originals, newSize: BigInt(contents.newSize), expected };
  return overwrites === true ? { ...request, ...unchecked } : request;
}

/** A new file cannot have what the old one has, others would go on with that one, or a system has no way to make it. */
function cannotBeAlike(error: unknown): boolean {
  if (!(error instanceof SourceError)) return false;
  const { errno = '', syscall = '' } = error.detail;
  const likeness = ['fchown', 'fchmod', 'fsetxattr', 'fgetxattr', 'flistxattr'];
  const replacing = ['openat', 'linkat', 'rename', 'readlink', 'fcntl'];
  if (likeness.includes(syscall)) return errno !== 'EIO' && errno !== 'ENOSPC' && errno !== 'EDQUOT';
  return replacing.includes(syscall) && ['EPERM', 'EACCES', 'EXDEV', 'EMLINK', 'EROFS', 'EBUSY'].includes(errno);
}

async function targetOf(file: NativeFile, { path, isShared }: FileSave, journals: Journals): Promise<SaveTarget> {
  const { allocated, nlink } = await operation(() => file.probe());
  const real = await realpath(Buffer.from(path), { encoding: 'buffer' }).catch(() => Buffer.from(path));
  const folder = real.subarray(0, Math.max(1, real.lastIndexOf(0x2f)));
  const isFolderWritable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  return {
    allocated: Number(allocated),
    // What has no name any more has nothing that a new file could take.
    isFixed: isShared || file.facts.kind !== 'regular' || nlink === 0,
    links: nlink,
    isFolderWritable,
    free: { beside: await free(folder), journal: await free(Buffer.from(journals.folder)) },
  };
}

async function free(folder: Uint8Array): Promise<number | undefined> {
  const bytes = await freeBytes(folder);
  return bytes === undefined ? undefined : Number(bytes);
}
