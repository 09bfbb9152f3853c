#pragma once
// /proc/PID/pagemap: what stands in a process's page tables. Nothing is touched by looking.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "failure.h"
#include "process_folder.h"

namespace memglass {

/** Bits of a page; described in native/processes.d.ts. */
constexpr uint8_t kPagePresent = 1;
constexpr uint8_t kPageSwapped = 2;
constexpr uint8_t kPageFileOrShared = 4;
constexpr uint8_t kPageExclusive = 8;
constexpr uint8_t kPageSoftDirty = 16;
constexpr uint8_t kPageGuard = 32;
constexpr uint8_t kPageZero = 64;
constexpr uint8_t kPageHuge = 128;

/** Pages that one call may ask for: 16 GiB of memory in pages of 4 KiB. */
constexpr size_t kMostPages = size_t{1} << 22;

/** Is given the pages for which the page tables hold something, and maybe others, in order and each once. */
class PageSink {
 public:
  virtual ~PageSink() = default;
  /** All that was given is void. */
  virtual void clear() = 0;
  /** `page`: the number of the first of them in the address space. */
  virtual void take(uint64_t page, const uint8_t* flags, size_t count) = 0;
};

/** Shows the `count` pages from `start` on, a multiple of the page size. Fails as readRegions does. */
Failure visitPages(const ProcessKey& key, uint64_t start, uint64_t count, const std::atomic<bool>& canceled,
                   PageSink* sink);

/** One byte per page from `start` on, a multiple of the page size. Fails as readRegions does. */
Failure readPageFlags(const ProcessKey& key, uint64_t start, size_t pages, const std::atomic<bool>& canceled,
                      std::string* flags);

}  // namespace memglass
