import { type ByteRange, endOf } from '../../core/byteRange.ts';
import type { Hole } from '../../core/byteSource.ts';
import type { MemoryRegion } from '../../core/memoryMap/memoryRegion.ts';
import { type AbsentReading, type PageReading, pageReading } from '../../core/memoryMap/regionReading.ts';
import { whyUnreadable } from '../../core/memoryMap/unreadable.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import { processAnswer } from '../processes/processAnswer.ts';
import type { ProcessMemory } from '../processes/processMemory.ts';
import { touchedRanges } from '../processes/touchedPages.ts';
import type { Machine } from './machine.ts';
import { MappedFiles } from './mappedFiles.ts';
import { areSameWithin, covers, MappedRegions, within } from './mappedRegions.ts';

/** Where pread(2) of /proc/<pid>/mem ends to be asked for by a number: far above every address of a process. */
const LARGEST_ADDRESS = BigInt(Number.MAX_SAFE_INTEGER);

/** A region that is mapped anew while it is read is read again so often; then from memory alone. */
const attempts = 3;

const reasonOfErrno: Readonly<Record<string, Hole['reason']>> = {
  EACCES: 'noPermission',
  EPERM: 'noPermission',
  ESRCH: 'gone',
};

interface Answer {
  readonly holes: readonly Hole[];
  /** Known to be zeros that nobody wrote, or told so by the file. */
  readonly unwritten: readonly ByteRange[];
}

/** Part of a read that is done in one way. */
interface Part extends ByteRange {
  readonly how: PageReading;
  /** What is mapped there; undefined for nothing. */
  readonly region: MemoryRegion | undefined;
}

/** Reads the addresses of a region, page by page in the way that changes its process least. Offset 0 is its start. */
export class MemoryReader {
  readonly #machine: Machine;
  readonly #memory: ProcessMemory;
  readonly #ref: ProcessRegionRef;
  readonly #files: MappedFiles;
  readonly #mapped: MappedRegions;
  /** Those that the last read was in. */
  #regions: readonly MemoryRegion[] = [];
  #hasEnded = false;

  constructor(machine: Machine, memory: ProcessMemory, ref: ProcessRegionRef) {
    this.#machine = machine;
    this.#memory = memory;
    this.#ref = ref;
    this.#files = new MappedFiles(machine, ref);
    this.#mapped = new MappedRegions(machine, ref, this.#files);
  }

  /** Whether a read found that the address space has ended. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  async read(offset: number, into: Uint8Array): Promise<Answer> {
    const start = this.#ref.start + BigInt(offset);
    const end = start + BigInt(into.length);
    const whole = { offset, length: into.length };
    if (end > LARGEST_ADDRESS) {
      const [region] = await this.#mapped.at(start, end);
      const facts = { region, flags: [], force: 'restricted' as const };
      return { holes: [{ ...whole, reason: whyUnreadable(facts), errno: 'EINVAL' }], unwritten: [] };
    }
    if (!covers(this.#regions, start, end)) this.#regions = await this.#mapped.at(start, end);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const known = within(this.#regions, start, end);
      // Meanwhile, and not before: each takes a way to a thread and back.
      const looking = this.#mapped.at(start, end);
      const plan = await this.#plan(whole, known, await this.#entries(whole));
      const answer = await this.#carryOut(plan, whole, into);
      this.#regions = await looking;
      // What was read is of what is mapped there only if that was known before and is so still.
      if (areSameWithin(known, this.#regions, { start, end })) return answer;
    }
    return await this.#carryOut([{ ...whole, how: 'memory', region: this.#regions[0] }], whole, into);
  }

  /** What may hold anything but zeros that nobody wrote: of memory that is known to be zeros where it is absent. */
  async *data(): AsyncGenerator<ByteRange> {
    const { start, end } = this.#ref;
    let at = start;
    // What is not mapped is to be told when it is read.
    const gap = (to: bigint) => ({ offset: Number(at - start), length: Number(to - at) });
    for (const region of await this.#mapped.at(start, end)) {
      if (region.start > at) yield gap(region.start);
      at = region.end;
      const from = region.start > start ? region.start : start;
      const to = region.end < end ? region.end : end;
      const offset = Number(from - start);
      if ((await this.#mapped.absentReading(region)) === 'zeros') {
        const pages = Number(to - from) / this.#machine.addon.pageSize;
        yield* touchedRanges(this.#machine.addon, this.#ref, from, pages, offset);
      } else yield { offset, length: Number(to - from) };
    }
    if (at < end) yield gap(end);
  }

  /**
   * What part of each of so many buckets of a range is in the page tables, and was touched, 0 none … 255 all;
   * `touched` is undefined where more than the page tables tells what is there. Nothing is touched by it.
   */
  async presence(
    { offset, length }: ByteRange,
    buckets: number,
  ): Promise<{ readonly present: Uint8Array<ArrayBuffer>; readonly touched: Uint8Array<ArrayBuffer> | undefined }> {
    const { addon } = this.#machine;
    const first = Math.floor(offset / addon.pageSize);
    const pages = Math.ceil((offset + length) / addon.pageSize) - first;
    const start = this.#ref.start + BigInt(first * addon.pageSize);
    const { pid, startTime } = this.#ref;
    const counts = await processAnswer(this.#ref, addon.countPagemap(pid, startTime, start, pages, buckets));
    const boundary = (bucket: number) => Math.ceil((bucket * pages) / buckets);
    const shareOf = (columns: readonly Float64Array[]) =>
      Uint8Array.from({ length: buckets }, (_, bucket) => {
        const count = columns.reduce((sum, column) => sum + (column[bucket] ?? 0), 0);
        const all = Math.max(1, boundary(bucket + 1) - boundary(bucket));
        return count === 0 ? 0 : Math.max(1, Math.floor((255 * count) / all));
      });
    const { anonymous, file, zero, swapped } = counts;
    const regions = await this.#mapped.at(start, start + BigInt(pages * addon.pageSize));
    const readings = await Promise.all(regions.map((region) => this.#mapped.absentReading(region)));
    const isAllKnown = readings.length > 0 && readings.every((reading) => reading === 'zeros');
    return {
      present: shareOf([anonymous, file, zero]),
      touched: isAllKnown ? shareOf([anonymous, file, zero, swapped]) : undefined,
    };
  }

  close(): void {
    this.#files.close();
  }

  /** What stands in the page tables for the pages of a range. */
  #entries(whole: ByteRange): Promise<Uint8Array> {
    const { first, count } = this.#pages(whole);
    return this.#memory.entries(this.#ref.start + BigInt(first * this.#machine.addon.pageSize), count);
  }

  #pages(whole: ByteRange): { readonly first: number; readonly count: number } {
    const { pageSize } = this.#machine.addon;
    const first = Math.floor(whole.offset / pageSize);
    return { first, count: Math.ceil(endOf(whole) / pageSize) - first };
  }

  async #plan(whole: ByteRange, regions: readonly MemoryRegion[], entries: Uint8Array): Promise<Part[]> {
    const { pageSize } = this.#machine.addon;
    const address = (offset: number) => this.#ref.start + BigInt(offset);
    const { first: firstPage, count: pages } = this.#pages(whole);
    const absent = new Map<MemoryRegion, AbsentReading>();
    const parts: Part[] = [];
    for (let page = 0; page < pages; page++) {
      const at = (firstPage + page) * pageSize;
      const region = regions.find(({ start, end }) => start <= address(at) && address(at) < end);
      let how: PageReading = 'memory';
      if (region !== undefined) {
        how = pageReading(entries, page, 'zeros');
        if (how === 'zeros') {
          const known = absent.get(region) ?? (await this.#mapped.absentReading(region));
          absent.set(region, known);
          how = known;
        }
      }
      const offset = Math.max(at, whole.offset);
      const length = Math.min(at + pageSize, endOf(whole)) - offset;
      const last = parts.at(-1);
      if (last !== undefined && last.how === how && last.region === region) {
        parts[parts.length - 1] = { ...last, length: last.length + length };
      } else parts.push({ offset, length, how, region });
    }
    return parts;
  }

  async #carryOut(parts: readonly Part[], whole: ByteRange, into: Uint8Array): Promise<Answer> {
    const holes: Hole[] = [];
    const unwritten: ByteRange[] = [];
    for (const part of parts) {
      const start = part.offset - whole.offset;
      const bytes = into.subarray(start, start + part.length);
      const range = { offset: part.offset, length: part.length };
      if (part.how === 'guard') holes.push({ ...range, reason: 'guard' });
      else if (part.how === 'zeros') {
        bytes.fill(0);
        unwritten.push(range);
      } else {
        const answer = await (part.how === 'file' ? this.#fromFile(part, bytes) : this.#fromMemory(part, bytes));
        holes.push(...answer.holes);
        unwritten.push(...answer.unwritten);
      }
    }
    return { holes, unwritten };
  }

  async #fromMemory(part: Part, into: Uint8Array): Promise<Answer> {
    const start = this.#ref.start + BigInt(part.offset);
    const outcome = await this.#memory.read(start, into);
    const holes: Hole[] = [];
    for (const { offset, length, code } of outcome.faults) {
      const range = { offset: part.offset + offset - Number(start), length };
      const known = reasonOfErrno[code];
      if (known !== undefined) holes.push({ ...range, reason: known, errno: code });
      else holes.push(...(await this.#mapped.whyNot(range, code, this.#regions)));
    }
    // It reads as empty once the process has ended, or runs another program: that has a memory of its own.
    if (outcome.length < into.length) {
      this.#hasEnded = true;
      holes.push({ offset: part.offset + outcome.length, length: into.length - outcome.length, reason: 'gone' });
    }
    return { holes, unwritten: [] };
  }

  async #fromFile(part: Part, into: Uint8Array): Promise<Answer> {
    const { region } = part;
    const file = region && (await this.#files.of(region));
    if (region === undefined || file === undefined) return await this.#fromMemory(part, into);
    const offset = Number(region.offset + this.#ref.start + BigInt(part.offset) - region.start);
    const { length, holes, unwritten } = await file.read(offset, into);
    const moved = <Range extends ByteRange>(range: Range): Range => ({
      ...range,
      offset: range.offset - offset + part.offset,
    });
    const found = holes.map(moved);
    // The rest of the file's last page is zeros; the process gets SIGBUS beyond it.
    const pageSize = this.#machine.addon.pageSize;
    const given = Math.min(into.length, Math.ceil((offset + length) / pageSize) * pageSize - offset);
    into.fill(0, length, given);
    if (given < into.length) {
      found.push({ offset: part.offset + given, length: into.length - given, reason: 'pastEnd' });
    }
    return { holes: found, unwritten: (unwritten ?? []).map(moved) };
  }
}
