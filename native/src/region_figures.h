#pragma once
// /proc/PID/smaps: what of each region is in memory. The kernel walks the page tables for it.

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "columns.h"
#include "failure.h"
#include "process_folder.h"

namespace memglass {

/** Each with its lines of smaps; those of one figure are added up. In the order of native/processes.d.ts. */
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
/** Some of the rows, in the order of their addresses. */
struct FigurePart {
  /** Which row its first one is. What was told of that row and of those after it does not hold any more. */
  size_t first = 0;
  size_t count = 0;
  bool isLast = false;
  /** As native/processes.d.ts says. */
  std::string bytes;
  /** Two-letter codes, set apart by blanks: those of all parts so far. */
  NameTable flagSets;
};

/**
 * Gives `take` the rows part by part, the last one once the program is known to be the one of the first.
 * Fails as readRegions does, and with ENOSYS where the kernel is built without smaps.
 */
Failure readRegionFigures(const ProcessKey& key, const std::atomic<bool>& canceled,
                          const std::function<void(FigurePart part)>& take);

}  // namespace memglass
