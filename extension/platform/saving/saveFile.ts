/** Saving staged edits of a file: the plan, its execution, and what came of it. */
import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeAddon, NativeFile, SaveRequest, SaveTask } from '../../../native/index.d.ts';
import type { Overlay } from '../../core/overlay/overlay.ts';
import { printableName } from '../../core/printableName.ts';
import type { SaveContents } from '../../core/saving/saveContents.ts';
import type { Saved } from '../../core/saving/saved.ts';
import { planInPlace, planSave, type SavePlan, type SaveTarget } from '../../core/saving/savePlan.ts';
import { SourceError } from '../../core/sourceError.ts';
import { freeBytes } from '../sharedMemory/makeObject.ts';
import { seal, unlessSealed } from '../sharedMemory/openObject.ts';
import { operation } from '../sharedMemory/operationErrors.ts';
import type { Task } from '../sharedMemory/task.ts';
import { failureCode } from '../sourceErrors.ts';
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
  /** Is asked before a save that takes long or much; none means yes. */
  readonly approve?: ((plan: SavePlan) => Promise<boolean>) | undefined;
}

/** How often a save that runs is looked at. Milliseconds. */
const reportInterval = 100;

/**
 * Saves what is staged. Rejects with a SourceError, and nothing is done then: `stale` (another file, or another size),
 * `noSpace`, `sealed`, `mayNotChange`, `sizeIsFixed`, `cancelled`, `unfinishedSave`; with `ioError` a part may be written, and
 * is completed from its journal when it is saved again, or at the next start.
 */
export async function saveFile(addon: NativeAddon, journals: Journals, save: FileSave): Promise<Saved> {
  const path = printableName(save.path);
  let left = await journals.recover(save.identity);
  while (left === 'running' && !save.task.isCancelled()) {
    // Another window saves it; then this save finds what that has made of it.
    await sleep(reportInterval);
    left = await journals.recover(save.identity);
  }
  if (left !== undefined && left !== 'completed') throw new SourceError('unfinishedSave', { path });
  // A file of its own, since a save holds up what else is asked of it.
  const file = await operation(() => addon.openFile(save.path));
  try {
    const target = await targetOf(file, save, journals);
    const plan = planSave(save.overlay, target);
    if (plan.way === 'nothing') return { kind: 'saved', way: 'nothing' };
    if (plan.way === 'refused') throw new SourceError('sizeIsFixed', { path });
    return await run(file, journals, save, plan).catch((error) => {
      if (plan.way !== 'beside' || !cannotBeAlike(error)) throw error;
      return run(file, journals, save, planInPlace(save.overlay, target));
    });
  } finally {
    file.close();
  }
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
  const start = () =>
    plan.way === 'beside'
      ? file.saveBeside(request)
      : file.saveInPlace(request, journal === undefined ? undefined : Uint8Array.from(Buffer.from(journal)));
  const seals = seal.write | seal.futureWrite | (request.newSize > request.expected.size ? seal.grow : seal.shrink);
  const { changed } = await unlessSealed(file, seals, () =>
    operation(() => finished(start(), save.task), { path, space: room }),
  );
  if (changed.length === 0) return { kind: 'saved', way: plan.way };
  const { offsets, lengths } = plan.contents.checks;
  const ranges = Array.from(changed, (i) => ({ offset: offsets[i] ?? 0, length: lengths[i] ?? 0 }));
  return { kind: 'changed', ranges };
}

/** What a task of the addon comes to; the user sees how far it is, and can end it. */
async function finished(task: SaveTask, { report, isCancelled }: Task) {
  const look = () => {
    const { done, total } = task.progress();
    report(done, total);
    if (isCancelled()) task.cancel();
  };
  const timer = setInterval(look, reportInterval);
  try {
    return await task.result;
  } catch (failure) {
    if (failureCode(failure) === 'ECANCELED') throw new SourceError('cancelled');
    throw failure;
  } finally {
    clearInterval(timer);
  }
}

function requestOf({ identity, overlay, overwrites }: FileSave, contents: SaveContents): SaveRequest {
  const expected = { ...identity, size: BigInt(overlay.sourceSize) };
  const unchecked = {
    checks: { offsets: new Float64Array(0), lengths: new Float64Array(0) },
    originals: new Uint8Array(0),
  };
  const request = { ...contents, newSize: BigInt(contents.newSize), expected };
  return overwrites === true ? { ...request, ...unchecked } : request;
}

/** A new file cannot have what the old one has, or a system has no way to make it. */
function cannotBeAlike(error: unknown): boolean {
  if (!(error instanceof SourceError)) return false;
  const { errno = '', syscall = '' } = error.detail;
  const likeness = ['fchown', 'fchmod', 'fsetxattr', 'fgetxattr', 'flistxattr'];
  const replacing = ['openat', 'linkat', 'rename', 'readlink'];
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
