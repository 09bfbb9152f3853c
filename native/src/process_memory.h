#pragma once
// The memory of another process, by /proc/PID/mem: read and written through one descriptor, so that what is
// written goes where what was read came from.
//
// The descriptor is bound to the address space that the process had when it was opened (mem_open of the
// kernel's fs/proc/base.c), and so is that of maps: after exec(2) both are about the memory of the program
// before, reads and writes of which answer 0 once nobody has it any more, and never about the next one. It
// keeps no memory: proc_mem_open takes a reference on the mm_struct alone ("but do not pin its memory"), so
// that the pages go with their last process, and some KiB of the kernel's with the descriptor.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "failure.h"
#include "file_open.h"
#include "process_folder.h"

namespace memglass {

/** Neighbours of the same kind, as maps has them. */
struct MappedPart {
  uint64_t start = 0;
  uint64_t end = 0;
  /** Into the file, where there is one. */
  uint64_t offset = 0;
  uint64_t dev = 0;
  uint64_t ino = 0;
  /** Of maps_line.h: kShared; of what is private kWrite too, without which a write makes a copy. */
  uint8_t rights = 0;
};

/** What is mapped from `start` to `end`, built up in the order of the addresses. */
class MappedParts {
 public:
  MappedParts(uint64_t start, uint64_t end) : start_(start), end_(end) {}
  /** The part of it that lies in the range. */
  void add(MappedPart part);
  bool isSameAs(const MappedParts& other) const;

 private:
  uint64_t start_;
  uint64_t end_;
  std::vector<MappedPart> parts_;
};

/**
 * Opens mem for reading and writing, or where that is refused for reading, and maps beside it. Fails as
 * openProcess does, with EACCES or EPERM where it may not be looked into.
 */
Failure openMemory(const ProcessKey& key, OpenFile* file);

bool isWritableMemory(const OpenFile& memory);

struct MemoryWrite {
  uint64_t address = 0;
  std::string bytes;
  /** As many: only where these stand there. */
  std::optional<std::string> expected;
  /** As it was when the process was looked at: only where it is so still. */
  std::optional<MappedParts> mapped;
};

struct MemoryWritten {
  size_t count = 0;
  /** What stands there instead of what should; empty where it does. Nothing is written then. */
  std::string now;
};

/**
 * Looks at what is mapped there, at what stands there, writes, and looks again at what is mapped there: Linux
 * has no call that does two of these. ESTALE: it is not as it was, where nothing is `count`ed before the
 * write, else after it, and some of the bytes are in what was there and some in what is. What is replaced by
 * its like within these microseconds (other anonymous memory, with the same bytes in the same place) cannot
 * be told from it.
 *
 * EIO where the kernel writes nothing: a shared mapping without the right to write, a page that is not there.
 * ESRCH: the address space has ended.
 */
Failure writeMemory(OpenFile& memory, const MemoryWrite& wanted, MemoryWritten* written);

}  // namespace memglass
