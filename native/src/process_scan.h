#pragma once
// One pass over /proc: which process maps or holds which shared object.

#include <atomic>
#include <cstdint>
#include <vector>

#include "columns.h"
#include "failure.h"

namespace memglass {

struct ScanOptions {
  /** Only these, in this order; all processes where `everyone`. */
  std::vector<uint32_t> pids;
  bool everyone = true;
};

/** Columns. A row of the last two tables belongs to the process with that index. */
struct SharedUsers {
  struct {
    std::vector<uint32_t> pids;
    std::vector<uint64_t> startTimes;
    std::vector<uint32_t> names;
    std::vector<uint64_t> ipcNamespaces;
    /** The errno that refused it; 0 where it was read. */
    std::vector<uint32_t> mapsErrors, fdsErrors;
    std::vector<uint8_t> byText;
  } processes;
  struct {
    std::vector<uint32_t> processes;
    std::vector<uint64_t> starts, ends, offsets, devs, inos;
    std::vector<uint8_t> rights;
    std::vector<uint32_t> names;
  } mappings;
  struct {
    std::vector<uint32_t> processes;
    std::vector<uint32_t> fds;
    std::vector<uint8_t> accesses;
    std::vector<uint32_t> links;
    std::vector<uint64_t> devs, inos, sizes, allocated;
    std::vector<uint32_t> names;
  } descriptors;
  UniqueNames names;
  /** 0 where it cannot be found. */
  uint64_t kernelDev = 0;
};

/** ECANCELED once `canceled` is set; otherwise fails only where there is no /proc. */
Failure scanSharedUsers(const ScanOptions& options, const std::atomic<bool>& canceled, SharedUsers* users);

}  // namespace memglass
