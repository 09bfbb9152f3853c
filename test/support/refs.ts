// Sources of any kind, for properties: their names are any bytes.
import fc from 'fast-check';
import type { FileRef, SourceRef } from '../../extension/core/sourceRef.ts';

const pathByte = fc.integer({ min: 1, max: 255 });
/** Bytes below the root. */
export const anyPath = fc.oneof(
  fc.array(pathByte, { maxLength: 40 }),
  fc.string({ unit: 'binary' }).map((text) => Array.from(new TextEncoder().encode(text)).filter((byte) => byte !== 0)),
);

export const nameBytes = fc.uint8Array({ maxLength: 40 });
const plainName = fc.array(
  pathByte.filter((byte) => byte !== 0x2f),
  { minLength: 3, maxLength: 20 },
);
const int = fc.integer({ min: 0, max: 0x7fff_ffff });
const ofProcess = {
  pid: int.filter((pid) => pid > 0),
  startTime: fc.maxSafeNat(),
  name: nameBytes,
};
const plain = { noNullPrototype: true };
export const memoryRef: fc.Arbitrary<SourceRef> = fc.oneof(
  fc.array(plainName, { minLength: 1, maxLength: 3 }).map((names) => ({
    kind: 'posixShm' as const,
    path: Uint8Array.from(names.flatMap((name, index) => (index === 0 ? name : [0x2f, ...name]))),
  })),
  fc.record({ kind: fc.constant('sysvShm' as const), shmid: int, creatorPid: int }, plain),
  fc.record(
    {
      kind: fc.constant('processFd' as const),
      ...ofProcess,
      fd: int,
      inode: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    },
    plain,
  ),
  fc
    .record(
      {
        kind: fc.constant('processRegion' as const),
        ...ofProcess,
        start: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        size: fc.bigInt({ min: 1n, max: 2n ** 64n }),
      },
      plain,
    )
    .map(({ size, ...ref }) => {
      const end = ref.start + size;
      return { ...ref, end: end < 2n ** 64n ? end : 2n ** 64n };
    }),
);

export const fileRef: fc.Arbitrary<FileRef> = anyPath.map((path) => ({
  kind: 'file',
  path: Uint8Array.from([0x2f, ...path]),
}));
