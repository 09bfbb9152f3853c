/** A core file (ELF, 64 bits, little endian) of nothing but memory: a header, and a segment per region. */

export interface CoreSegment {
  readonly start: bigint;
  readonly end: bigint;
  readonly rights: { readonly read: boolean; readonly write: boolean; readonly execute: boolean };
  /** Bytes from the start on that the file has; the rest of the segment is zeros, or nobody knows. */
  readonly fileSize: number;
}

export interface CoreLayout {
  /** What stands at the beginning of the file. */
  readonly header: Uint8Array<ArrayBuffer>;
  /** Where each segment's bytes begin in the file. */
  readonly offsets: readonly number[];
  /** Bytes of the whole file. */
  readonly size: number;
}

const headerSize = 64;
const segmentSize = 56;
const sectionSize = 64;
/** Where more segments than the header's field can count are counted: in the first section (elf(5), PN_XNUM). */
const manySegments = 0xffff;

/** e_machine, by the name that Node has for the processor. */
const machines: Readonly<Record<string, number>> = { x64: 62, arm64: 183, riscv64: 243, loong64: 258 };

export function layOutCore(segments: readonly CoreSegment[], pageSize: number, processor: string): CoreLayout {
  const isMany = segments.length >= manySegments;
  const tables = headerSize + segments.length * segmentSize + (isMany ? sectionSize : 0);
  const header = new Uint8Array(tables);
  const view = new DataView(header.buffer);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 4, true); // e_type: ET_CORE
  view.setUint16(18, machines[processor] ?? 0, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(32, BigInt(headerSize), true); // e_phoff
  view.setUint16(52, headerSize, true);
  view.setUint16(54, segmentSize, true);
  view.setUint16(56, isMany ? manySegments : segments.length, true);
  if (isMany) {
    const section = headerSize + segments.length * segmentSize;
    view.setBigUint64(40, BigInt(section), true); // e_shoff
    view.setUint16(58, sectionSize, true);
    view.setUint16(60, 1, true);
    view.setUint32(section + 44, segments.length, true); // sh_info
  }
  const aligned = (offset: number) => Math.ceil(offset / pageSize) * pageSize;
  const offsets: number[] = [];
  let end = tables;
  segments.forEach(({ start, end: stop, rights, fileSize }, index) => {
    const at = headerSize + index * segmentSize;
    const offset = aligned(end);
    offsets.push(offset);
    end = offset + fileSize;
    view.setUint32(at, 1, true); // PT_LOAD
    view.setUint32(at + 4, (rights.read ? 4 : 0) | (rights.write ? 2 : 0) | (rights.execute ? 1 : 0), true);
    view.setBigUint64(at + 8, BigInt(offset), true);
    view.setBigUint64(at + 16, start, true);
    view.setBigUint64(at + 32, BigInt(fileSize), true);
    view.setBigUint64(at + 40, stop - start, true);
    view.setBigUint64(at + 48, BigInt(pageSize), true);
  });
  return { header, offsets, size: end };
}
