#pragma once
// What stands in the page tables for a range of pages, counted: for ranges that are too large to be listed.

#include <array>
#include <vector>

#include "page_flags.h"

namespace memglass {

/** Described in native/processes.d.ts. */
enum PageCount : size_t {
  kCountAnonymous,
  kCountFile,
  kCountZero,
  kCountSwapped,
  kCountGuard,
  kCountExclusive,
  kCountSoftDirty,
  kCountHuge,
  kPageCounts
};

/** Pages of 4 KiB that 64 bits can address: more than any range has. */
constexpr double kMostPagesCounted = 4503599627370496.0;
/** Parts that one call may count by. */
constexpr size_t kMostParts = 4096;

/** By kind of count, a number for each part of the range. */
using PageCountColumns = std::array<std::vector<double>, kPageCounts>;

/** Counts in `parts` parts of the range that differ by a page at most. Fails as readRegions does. */
Failure countPages(const ProcessKey& key, uint64_t start, uint64_t pages, size_t parts,
                   const std::atomic<bool>& canceled, PageCountColumns* counts);

}  // namespace memglass
