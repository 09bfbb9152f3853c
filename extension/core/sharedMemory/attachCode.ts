/** The lines of C that attach to an object: what a developer would write, ready to paste. */

import { formatSegmentKey } from './segmentKey.ts';
import type { SharedMemoryObject } from './sharedMemory.ts';
import { shmOpenName } from './shmName.ts';

/**
 * The lines, each ended by a newline; undefined where no call reaches the object: it has no name (any more), it stands
 * in a folder below /dev/shm, or it belongs to another namespace.
 */
export function attachCode(object: SharedMemoryObject): string | undefined {
  switch (object.class) {
    case 'posix':
    case 'semaphore':
      if (!object.isReachable || object.facts === undefined) return undefined;
      return object.class === 'posix' ? posixCode(object.name, object.facts.size) : semaphoreCode(object.name);
    case 'sysv':
      if (object.segment === undefined) return undefined;
      return segmentCode(object.shmid, object.segment.key, object.segment.size, object.segment.isRemoved);
    default:
      return undefined;
  }
}

function posixCode(file: Uint8Array, size: bigint): string | undefined {
  const name = shmOpenName(file);
  if (name === undefined) return undefined;
  return lines(
    '#include <fcntl.h>',
    '#include <stdio.h>',
    '#include <sys/mman.h>',
    '#include <sys/stat.h>',
    '#include <unistd.h>',
    '',
    `int fd = shm_open(${cString(name)}, O_RDWR, 0);`,
    'if (fd == -1) perror("shm_open");',
    'struct stat facts;',
    `if (fstat(fd, &facts) == -1) perror("fstat");  /* ${size} bytes when this was copied */`,
    'void *memory = mmap(NULL, facts.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);',
    'if (memory == MAP_FAILED) perror("mmap");',
    'close(fd);  /* the mapping stays */',
  );
}

function semaphoreCode(file: Uint8Array): string {
  const name = Uint8Array.from([0x2f, ...file.subarray('sem.'.length)]);
  return lines(
    '#include <semaphore.h>',
    '#include <stdio.h>',
    '',
    `sem_t *semaphore = sem_open(${cString(name)}, 0);`,
    'if (semaphore == SEM_FAILED) perror("sem_open");',
  );
}

function segmentCode(id: number, key: number, size: bigint, isRemoved: boolean): string {
  const found =
    key === 0 || isRemoved
      ? [`int id = ${id};  /* ${isRemoved ? 'removed: reached by its id alone' : 'IPC_PRIVATE: no key leads to it'} */`]
      : [
          `int id = shmget((key_t)${formatSegmentKey(key)}, 0, 0);  /* ${id} when this was copied, ${size} bytes */`,
          'if (id == -1) perror("shmget");',
        ];
  return lines(
    '#include <stdio.h>',
    '#include <sys/ipc.h>',
    '#include <sys/shm.h>',
    '',
    ...found,
    'void *memory = shmat(id, NULL, 0);',
    'if (memory == (void *)-1) perror("shmat");',
  );
}

/**
 * A string literal of these bytes. Octal escapes, because a hexadecimal one would swallow the digits that follow it;
 * `?` because two of them begin a trigraph.
 */
export function cString(bytes: Uint8Array): string {
  const named: Readonly<Record<number, string>> = {
    7: '\\a',
    8: '\\b',
    9: '\\t',
    10: '\\n',
    11: '\\v',
    12: '\\f',
    13: '\\r',
    34: '\\"',
    63: '\\?',
    92: '\\\\',
  };
  const characters = Array.from(bytes, (byte) => {
    const short = named[byte];
    if (short !== undefined) return short;
    if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
    return `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${characters.join('')}"`;
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
