#pragma once
// /proc/PID/smaps: what of each region is in memory. The kernel walks the page tables for it.

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "columns.h"
#include "failure.h"
#include "process_folder.h"

namespace memglass {

/** The columns of figures, each with its lines of smaps; those of one column are added up. */
enum Figure : uint8_t {
  kRss,
  kPss,
  kPssDirty,
  kSharedClean,
  kSharedDirty,
  kPrivateClean,
  kPrivateDirty,
  kReferenced,
  kAnonymous,
  kLazyFree,
  kHugePages,
  kSharedHugetlb,
  kPrivateHugetlb,
  kSwap,
  kSwapPss,
  kLocked,
  kPageSize,
  kFigureCount,
};
/** In their order; the names of the properties in native/processes.d.ts. */
constexpr const char* kFigureNames[] = {
    "rss",        "pss",       "pssDirty",  "sharedClean", "sharedDirty",   "privateClean",   "privateDirty",
    "referenced", "anonymous", "lazyFree",  "hugePages",   "sharedHugetlb", "privateHugetlb", "swap",
    "swapPss",    "locked",    "pageSizes",
};
static_assert(std::size(kFigureNames) == kFigureCount);

/** In the order of their addresses. */
struct FigureTable {
  std::vector<uint64_t> starts, ends;
  /** Bytes. */
  std::array<std::vector<double>, kFigureCount> figures;
  /** Indexes into `flagSets`. */
  std::vector<uint32_t> flags;
  /** Two-letter codes, set apart by blanks. */
  UniqueNames flagSets;
};

/** Fails as readRegions does, and with ENOSYS where the kernel is built without smaps. */
Failure readRegionFigures(const ProcessKey& key, const std::atomic<bool>& canceled, FigureTable* table);

}  // namespace memglass
