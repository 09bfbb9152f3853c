/** Rows of a memory map as text for the clipboard and for files: as maps has them, as CSV, as JSON. */
import type { AddressSpace } from './addressSpace.ts';
import { type FigureKey, figureKeys } from './regionColumns.ts';
import type { RegionFigures } from './regionFigures.ts';

export type RegionTextForm = 'text' | 'csv' | 'json';

/** Names of other programs are safe to show in each form: no line is broken by one. The text ends with a newline. */
export function regionsAsText(
  space: AddressSpace,
  figures: RegionFigures,
  rows: Iterable<number>,
  form: RegionTextForm,
): string {
  switch (form) {
    case 'text':
      return Array.from(rows, (row) => `${mapsLine(space, row)}\n`).join('');
    case 'csv':
      return [header, ...Array.from(rows, (row) => csvLine(space, figures, row))].map((line) => `${line}\r\n`).join('');
    case 'json':
      return `${JSON.stringify(
        Array.from(rows, (row) => record(space, figures, row)),
        undefined,
        2,
      )}\n`;
  }
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
