/** Rows of a memory map as text for the clipboard and for files: as maps has them, as CSV, as JSON. */
import type { AddressSpace } from './addressSpace.ts';
import { type FigureKey, figureKeys } from './regionColumns.ts';
import type { RegionFigures } from './regionFigures.ts';

export type RegionTextForm = 'text' | 'csv' | 'json';

/** Rows of a part: a few milliseconds. */
const rowsOfPart = 200;

/**
 * The text, part by part; it ends with a newline. Names of other programs are safe to show in each form: no line is
 * broken by one.
 */
export function* regionTextParts(
  space: AddressSpace,
  figures: RegionFigures,
  rows: Iterable<number>,
  form: RegionTextForm,
): Generator<string> {
  const { before, between, after, rowText } = forms(space, figures)[form];
  let text = before;
  let count = 0;
  for (const row of rows) {
    text += (count === 0 ? '' : between) + rowText(row);
    if (++count % rowsOfPart !== 0) continue;
    yield text;
    text = '';
  }
  yield text + (count === 0 && form === 'json' ? '[]\n' : after);
}

interface Form {
  readonly before: string;
  readonly between: string;
  readonly after: string;
  rowText(row: number): string;
}

function forms(space: AddressSpace, figures: RegionFigures): Readonly<Record<RegionTextForm, Form>> {
  const json = (row: number) => JSON.stringify(record(space, figures, row), undefined, 2).replaceAll(/^/gm, '  ');
  return {
    text: { before: '', between: '', after: '', rowText: (row) => `${mapsLine(space, row)}\n` },
    csv: { before: `${header}\r\n`, between: '', after: '', rowText: (row) => `${csvLine(space, figures, row)}\r\n` },
    json: { before: '[\n', between: ',\n', after: '\n]\n', rowText: json },
  };
}

/** The columns of every form but the first. */
const facts = ['start', 'end', 'size', 'rights', 'kind', 'mapping', 'offset', 'device', 'inode', 'name'] as const;
const header = [...facts, ...figureKeys, 'flags'].join(',');

/** `7f2a10d00000-7f2a10d21000 rw-p 00000000 08:01 42 /usr/lib/x`, padded as the kernel pads it. */
function mapsLine(space: AddressSpace, row: number): string {
  const { start, end, offset } = space.region(row);
  const { device, inode, name } = space.objectOf(row);
  const place = `${hex(start, 8)}-${hex(end, 8)} ${space.rightsText(row)} ${hex(offset, 8)}`;
  const line = `${place} ${hex(device.major, 2)}:${hex(device.minor, 2)} ${inode} `;
  return name === '' ? line.trimEnd() : line.padEnd(nameColumn) + name;
}

const nameColumn = 73;

function hex(value: number | bigint, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

type Fact = (typeof facts)[number];
/** Addresses, sizes and numbers of inodes may pass 2^53: they are texts. */
type RegionRecord = Record<Fact, string> &
  Record<FigureKey, number | null> & { readonly flags: readonly string[] | null };

function record(space: AddressSpace, figures: RegionFigures, row: number): RegionRecord {
  const { start, end, offset } = space.region(row);
  const { device, inode, name, kind, mapping } = space.objectOf(row);
  const known = (key: FigureKey) => {
    const bytes = figures.at(key, row);
    return Number.isNaN(bytes) ? null : bytes;
  };
  return {
    start: `0x${start.toString(16)}`,
    end: `0x${end.toString(16)}`,
    size: String(end - start),
    rights: space.rightsText(row),
    kind,
    mapping,
    offset: `0x${offset.toString(16)}`,
    device: `${device.major}:${device.minor}`,
    inode: String(inode),
    name,
    ...(Object.fromEntries(figureKeys.map((key) => [key, known(key)])) as Record<FigureKey, number | null>),
    flags: figures.flags(row) ?? null,
  };
}

/** RFC 4180. What is not known is empty. */
function csvLine(space: AddressSpace, figures: RegionFigures, row: number): string {
  const { flags, ...rest } = record(space, figures, row);
  const cells = [...facts, ...figureKeys].map((key) => rest[key]);
  return [...cells, flags?.join(' ') ?? null].map((cell) => csvCell(cell ?? '')).join(',');
}

function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
