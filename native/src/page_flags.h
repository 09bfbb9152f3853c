#pragma once
// /proc/PID/pagemap: what stands in a process's page tables. Nothing is touched by looking.

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "failure.h"
#include "process_folder.h"

namespace memglass {

/** Bits of a page; `PageCounts` in native/processes.d.ts describes them. */
constexpr uint8_t kPagePresent = 1;
constexpr uint8_t kPageSwapped = 2;
constexpr uint8_t kPageFileOrShared = 4;
constexpr uint8_t kPageExclusive = 8;
constexpr uint8_t kPageSoftDirty = 16;
constexpr uint8_t kPageGuard = 32;
constexpr uint8_t kPageZero = 64;
constexpr uint8_t kPageHuge = 128;

/** Is given the pages for which the page tables hold something, and maybe others, in order and each once. */
class PageSink {
 public:
  virtual ~PageSink() = default;
  /** All that was given is void. */
  virtual void clear() = 0;
  /** `page`: the number of the first of them in the address space. */
  virtual void take(uint64_t page, const uint8_t* flags, size_t count) = 0;
};

/** Shows `sink` the `count` pages from `start` on, a multiple of the page size. Fails as readRegions does. */
Failure visitPages(const ProcessKey& key, uint64_t start, uint64_t count, const std::atomic<bool>& canceled,
                   PageSink* sink);

}  // namespace memglass
