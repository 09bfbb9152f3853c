// Memory of a process in a page: values that point into what is mapped, following one, and the way back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given } from '../support/page/bytes.ts';
import type { MappedRuns } from '../support/page/hostInPage.ts';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser, type ViewOptions, type ViewPage } from '../support/page/viewPage.ts';

useBrowser();

/** Where the bytes are, and what else is mapped: a page of code, and a page above 2^53. */
const origin = 0x7f2a_10d0_0000;
const code = 0x5581_2c3f_4000;
const far = 0xffff_ffff_ff60_0000n;

/** A page that holds these values of so many bytes, one after the other. */
function pointing(values: readonly (number | bigint)[], width: 4 | 8 = 8, isLittle = true): Uint8Array {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => {
    if (width === 8) view.setBigUint64(8 * at, BigInt(value), isLittle);
    else view.setUint32(4 * at, Number(value), isLittle);
  });
  return bytes;
}

const pageOf = (address: number | bigint) => Number(BigInt(address) >> 12n);
const runOf = (address: number | bigint) => [pageOf(address), pageOf(address) + 1] as const;
const usual: MappedRuns = { width: 8, isLittleEndian: true, runs: [runOf(code), runOf(origin), runOf(far)] };

async function openMemory(bytes: Uint8Array, mapped = usual, options: ViewOptions = {}): Promise<ViewPage> {
  const view = await openView({
    bytes: given(bytes),
    mapped,
    ...options,
    status: { origin: origin.toString(16), isMemory: true, ...options.status },
  });
  await view.untilRows((rows) => assert.equal(rows[0]?.offset, 0));
  return view;
}

const untilTinted = (view: ViewPage, wanted: readonly string[]) =>
  eventually(async () => assert.deepEqual(await view.highlighted('memglass-pointer'), wanted));

test('values that point into what is mapped are tinted whole, and no others', async () => {
  const values = [code + 0x10, origin + 0xfff, origin + 0x1000, code - 1, far + 0x20n, 0, 7, 0x123456789abcdef0n];
  const view = await openMemory(pointing(values));
  await untilTinted(view, ['10 40 3F 2C 81 55 00 00', 'FF 0F D0 10 2A 7F 00 00', '20 00 60 FF FF FF FF FF']);
  await view.screenshot('pointers-dark');
});

test('a value that is not at a multiple of its width is no pointer, nor is one that is partly a hole', async () => {
  const bytes = pointing([0, 0, 0, code]);
  bytes.copyWithin(4, 24, 32);
  const view = await openMemory(bytes, usual, { holes: [{ offset: 30, length: 2, reason: 'unmapped' }] });
  await untilTinted(view, []);
  await view.page.evaluate(() => {
    window.host.holes = [];
    window.host.change({});
  });
  await untilTinted(view, ['00 40 3F 2C 81 55 00 00']);
});

test('pointers of 32 bits, and of a machine that stores the high byte first', async () => {
  const runs = [[0x8048, 0x8049]] as const;
  const little: MappedRuns = { width: 4, isLittleEndian: true, runs };
  const narrow = await openMemory(pointing([0x8048_010, 0x8049_000], 4), little);
  await untilTinted(narrow, ['10 80 04 08']);
  const big = await openMemory(pointing([0x8048_010, 0x8049_000], 4, false), { ...little, isLittleEndian: false });
  await untilTinted(big, ['08 04 80 10']);
});

test('the bytes of a pointer are tinted in each layout', async () => {
  const layout = { bytesPerRow: 8, groupSize: 4, endianness: 'little' } as const;
  const view = await openMemory(pointing([code]), usual, { layout });
  await untilTinted(view, ['2C3F4000 00005581']);
});

test('a tint comes and goes with what is mapped', async () => {
  const view = await openMemory(pointing([code, origin]));
  await untilTinted(view, ['00 40 3F 2C 81 55 00 00', '00 00 D0 10 2A 7F 00 00']);
  // From the next question on, which comes by itself every few seconds.
  await view.page.evaluate(
    (mapped) => {
      window.host.mapped = mapped;
    },
    { ...usual, runs: [runOf(origin)] },
  );
  await untilTinted(view, ['00 00 D0 10 2A 7F 00 00']);
});

test('bytes that are no memory of a process have no pointers', async () => {
  const view = await openMemory(pointing([code]), usual, { status: { isMemory: false } });
  // Asked for once the view has started, as what is mapped would be.
  await eventually(async () => assert.ok((await view.calls('overview')).length > 0));
  assert.deepEqual(await view.highlighted('memglass-pointer'), []);
  assert.deepEqual(await view.calls('mapped'), []);
});

test('a hover says where a pointer leads, under the pointer and by the keys', async () => {
  const view = await openMemory(pointing([7, code]));
  await untilTinted(view, ['00 40 3F 2C 81 55 00 00']);
  const { x, y } = await view.pointOf(11);
  await view.page.mouse.move(x, y);
  const hover = view.page.locator('.hover:visible');
  await hover.filter({ hasText: 'in [heap] 000055812c3f4000' }).waitFor();
  await view.page.mouse.move(500, 560);
  await view.notify('goTo', 8);
  await view.notify('showHover');
  await hover.filter({ hasText: 'in [heap] 000055812c3f4000' }).waitFor();
  await eventually(async () =>
    assert.match(
      (await view.page.locator('.screen-reader-only[aria-live]').textContent()) ?? '',
      /byte 00.*in \[heap\] 000055812c3f4000$/,
    ),
  );
  await view.notify('goTo', 0);
  await view.notify('showHover');
  await eventually(async () => assert.match(await hover.innerText(), /byte 07/));
  assert.doesNotMatch(await hover.innerText(), /heap/);
});

test('what is followed within a region leads there, and each step leads back', async () => {
  const view = await openMemory(pointing([origin + 0x800, code]));
  await view.grid.focus();
  // The host has read the value at the cursor and knows where it leads.
  await view.notify('goTo', 0x800);
  await view.untilState({ cursor: 0x800, canGoBack: true, canGoForward: false });
  await view.notify('goTo', 0x10);
  await view.untilState({ cursor: 0x10, canGoBack: true });
  await view.notify('goBack');
  await view.untilState({ cursor: 0x800, canGoForward: true });
  await view.notify('goBack');
  await view.untilState({ cursor: 0, canGoBack: false, canGoForward: true });
  await view.notify('goForward');
  await view.untilState({ cursor: 0x800 });
  await view.untilRows((rows) => assert.ok(rows.some(({ offset }) => offset === 0x800)));
});
