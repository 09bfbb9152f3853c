/** From address to address: which region one is in, following pointers, and the next region. */
import * as vscode from 'vscode';
import { findAddress } from '../../core/memoryMap/findAddress.ts';
import { isLittleEndianHere, mappedPages, pointerValue } from '../../core/memoryMap/pointers.ts';
import { refOfRegion } from '../../core/memoryMap/regionRef.ts';
import { SourceError } from '../../core/sourceError.ts';
import { askText, runSteps } from '../asking/askSteps.ts';
import { say } from '../sharedMemory/objectCommand.ts';
import { addressSentence, addressText, regionName } from './addressWords.ts';
import { NotMapped, type OfProcess, openAddress, type RegionServices } from './openAddress.ts';
import { activeRegion, type Options, type RegionView, readAddress, registerRegionCommand } from './regionCommand.ts';

export function registerGoInRegions(context: vscode.ExtensionContext, services: RegionServices): void {
  const { views } = services;
  registerRegionCommand(context, 'memglass.region.which', (options) => which(services, options));
  registerRegionCommand(context, 'memglass.region.followPointer', async (options) => {
    const view = activeRegion(views);
    return view && (await follow(view, services, options));
  });
  for (const [name, step] of [
    ['next', 1],
    ['previous', -1],
  ] as const) {
    registerRegionCommand(context, `memglass.region.${name}`, async () => {
      const view = activeRegion(views);
      if (view !== undefined) await goToNeighbour(view, step, services);
    });
  }
  registerRegionCommand(context, 'memglass.region.showInMemoryMap', async () => {
    const view = activeRegion(views);
    if (view === undefined) return;
    const { pid, startTime } = view.ref;
    // As VS Code does where code leads from one editor to another: what was come from is there to go back to.
    await vscode.commands.executeCommand('workbench.action.keepEditor');
    await vscode.commands.executeCommand('memglass.showInMemoryMap', { pid, startTime, address: view.cursor });
  });
  registerRegionCommand(context, 'memglass.region.copyAddress', async () => {
    const view = activeRegion(views);
    if (view === undefined) return undefined;
    const { session, ref, cursor } = view;
    const address = addressText(
      session.selection === undefined ? cursor : ref.start + BigInt(session.selection.offset),
    );
    await vscode.env.clipboard.writeText(address);
    say(vscode.l10n.t('Copied {0}', address));
    return address;
  });
}

/**
 * `memglass.region.which`: which region an address is in, and to open it there. `{ address, pid? }` resolves to
 * `{ region, sentence }`, the pid being that of the active view where none is given.
 */
async function which(services: RegionServices, options: Options): Promise<unknown> {
  const view = activeRegion(services.views);
  const process = options?.['pid'] === undefined ? view?.ref : await services.lookout.find(readPid(options['pid']));
  if (process === undefined) {
    if (options !== undefined) throw new SourceError('badArgument', { path: 'pid' });
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a region of a process first: an address means something in one process only.'),
    );
    return undefined;
  }
  const address = options === undefined ? view && (await askAddress(view)) : readAddress(options['address']);
  if (address === undefined) return undefined;
  const space = await services.lookout.regions(process);
  const found = findAddress(space, address);
  const sentence = addressSentence(space, address, found);
  if (options !== undefined) {
    if (!found.isMapped) return { sentence };
    const { start, end } = space.region(found.row);
    return {
      sentence,
      region: { start: addressText(start), end: addressText(end), name: regionName(space, found.row) },
    };
  }
  const rows = found.isMapped ? [found.row] : [found.before, found.after].filter((row) => row !== undefined);
  const choices = rows.map((row) => ({
    title: found.isMapped ? vscode.l10n.t('Open It There') : vscode.l10n.t('Open {0}', regionName(space, row)),
    address: found.isMapped ? address : space.region(row).start,
  }));
  const choice = await vscode.window.showInformationMessage(sentence, ...choices);
  if (choice !== undefined) await openAddress(services, process, choice.address);
  return undefined;
}

function readPid(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 0x7fff_ffff) return value;
  throw new SourceError('badArgument', { path: 'pid' });
}

async function askAddress(view: RegionView): Promise<bigint | undefined> {
  const pointer = await pointerAt(view, {}).catch(() => undefined);
  let address: bigint | undefined;
  const answered = await runSteps(vscode.l10n.t('Which Region Is This Address In?'), () => [
    (place) =>
      askText(place, {
        prompt: vscode.l10n.t('Address, in hex'),
        placeholder: '0x7f2a10d00010',
        value: addressText(pointer?.value ?? view.cursor),
        read: (text) => {
          try {
            return { ok: true, value: readAddress(text.replace(/[\s_']/g, '')) };
          } catch {
            return { ok: false, why: vscode.l10n.t('Type an address in hex: 0x7f2a10d00010') };
          }
        },
        answer: (value) => {
          address = value;
        },
      }),
  ]);
  return answered ? address : undefined;
}

interface Pointer {
  readonly value: bigint;
  /** Where it stands. */
  readonly offset: number;
}

/**
 * The pointer at the cursor: the aligned value that holds its byte, or the selection where that is of 4 or 8 bytes.
 * Undefined where its bytes cannot be read.
 */
async function pointerAt(
  { session, watched }: RegionView,
  wanted: { readonly width?: 4 | 8; readonly isLittleEndian?: boolean },
  usual: { readonly width: 4 | 8; readonly isLittleEndian: boolean } = { width: 8, isLittleEndian: true },
): Promise<Pointer | undefined> {
  const { selection } = session;
  const selected = selection?.length === 4 || selection?.length === 8 ? selection : undefined;
  const width = wanted.width ?? selected?.length ?? usual.width;
  const cursor = session.state?.cursor ?? 0;
  const offset = selected?.offset ?? cursor - (cursor % width);
  const { bytes, holes } = await watched.read(offset, width);
  if (bytes.length < width || holes.length > 0) return undefined;
  return { value: pointerValue(bytes, wanted.isLittleEndian ?? usual.isLittleEndian), offset };
}

/** `{ width?: 4 | 8, endianness?: 'little' | 'big' }`; resolves to the address that it went to. */
async function follow(view: RegionView, services: RegionServices, options: Options): Promise<string | undefined> {
  const space = await services.lookout.regions(view.ref);
  const usual = mappedPages(space, isLittleEndianHere);
  const pointer = await pointerAt(view, readPointer(options), usual);
  if (pointer === undefined) throw new SourceError('ioError', { errno: 'EIO', path: vscode.l10n.t('The pointer') });
  // Bits of a tag above what an address has (LAM, pointer authentication) are no part of it, where without them it leads somewhere.
  const address = [pointer.value, pointer.value & ((1n << 56n) - 1n)].find((each) => findAddress(space, each).isMapped);
  if (address === undefined) throw new NotMapped(space, pointer.value);
  await openAddress(services, view.ref, address);
  return addressText(address);
}

function readPointer(options: Options): { width?: 4 | 8; isLittleEndian?: boolean } {
  const { width, endianness } = options ?? {};
  if (width !== undefined && width !== 4 && width !== 8) throw new SourceError('badArgument', { path: 'width' });
  if (endianness !== undefined && endianness !== 'little' && endianness !== 'big') {
    throw new SourceError('badArgument', { path: 'endianness' });
  }
  return {
    ...(width === undefined ? {} : { width }),
    ...(endianness === undefined ? {} : { isLittleEndian: endianness === 'little' }),
  };
}

async function goToNeighbour({ ref }: RegionView, step: 1 | -1, services: RegionServices): Promise<void> {
  const space = await services.lookout.regions(ref);
  const found = findAddress(space, ref.start);
  const row = found.isMapped ? found.row + step : step > 0 ? found.after : found.before;
  if (row === undefined || row < 0 || row >= space.count) {
    say(step > 0 ? vscode.l10n.t('This is the last region.') : vscode.l10n.t('This is the first region.'));
    return;
  }
  await openAddress(services, ref as OfProcess, refOfRegion(ref, space.region(row)).start, { preview: true });
}
