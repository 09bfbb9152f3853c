#pragma once
// Advisory locks of ranges (fcntl(2)): those of others are looked at, and one of our own can be held. Ours
// belongs to the open file (OFD): a lock of the process would be lost when any of its descriptors is closed.

#include "file_open.h"

namespace memglass {

struct RangeLock {
  /** Whether somebody else holds one that a write would be against. */
  bool isHeld = false;
  bool isExclusive = false;
  uint64_t offset = 0;
  /** 0: to the end, wherever that is. */
  uint64_t length = 0;
  /** -1 where the lock belongs to an open file rather than a process. */
  int64_t pid = 0;
};

Failure findLock(const OpenFile& file, uint64_t offset, uint64_t length, RangeLock* lock);

/** EAGAIN where somebody else holds one. The file is open for writing until nothing of it is locked any more.
 */
Failure lockRange(OpenFile& file, uint64_t offset, uint64_t length);
Failure unlockRange(OpenFile& file, uint64_t offset, uint64_t length);

}  // namespace memglass
