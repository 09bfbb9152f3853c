#pragma once
// The processes of the machine, as the files of /proc/PID that need no permission tell of them.

#include <atomic>
#include <cstdint>
#include <vector>

#include "columns.h"
#include "failure.h"

namespace memglass {

/** Bytes of a command line that are read at most. */
constexpr size_t kCommandBytes = 4096;

/** Row i is entry i of each column, and name i of each of the three name tables. */
struct ProcessTable {
  std::vector<uint32_t> pids;
  std::vector<double> startTimes;
  std::vector<uint32_t> parents, uids;
  std::vector<uint8_t> states, kernelThreads;
  std::vector<uint32_t> threads;
  /** Bytes. */
  std::vector<double> residents;
  NameTable names, commands, executables;
  /** The errno that refused the link to the executable. */
  std::vector<uint32_t> executableErrors;
};

/**
 * Those of `pids` that there are, or all where it is null. ECANCELED once `canceled` is set; otherwise fails
 * only where there is no /proc.
 */
Failure scanProcesses(const std::vector<uint32_t>* pids, const std::atomic<bool>& canceled,
                      ProcessTable* table);

}  // namespace memglass
