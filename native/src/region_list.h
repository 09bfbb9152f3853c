#pragma once
// All regions of one process. The text of maps gives 65,530 of them in less than half the time of as many
// PROCMAP_QUERYs, and [vsyscall] too; the call is made where the text leaves a name open.

#include <atomic>
#include <cstdint>
#include <vector>

#include "columns.h"
#include "failure.h"
#include "process_folder.h"

namespace memglass {

/** In the order of their addresses; none overlaps the next. */
struct RegionTable {
  std::vector<uint64_t> starts, ends, offsets, devs, inos;
  /** Bits of maps_line.h. */
  std::vector<uint8_t> rights;
  std::vector<uint32_t> nameIndexes;
  UniqueNames names;
  /** 1 where the name holds `\012` and is of the text: each may be a newline, or those four characters. */
  std::vector<uint8_t> maybeNewline;
};

/** Fails as openProcess does, with EACCES or EPERM where it is refused, and with ECANCELED. */
Failure readRegions(const ProcessKey& key, const std::atomic<bool>& canceled, RegionTable* table);

/** Those of them that have a byte in [start, end): a PROCMAP_QUERY each, or the text where there is no such
 * call. */
Failure readRegionsIn(const ProcessKey& key, uint64_t start, uint64_t end, const std::atomic<bool>& canceled,
                      RegionTable* table);

}  // namespace memglass
