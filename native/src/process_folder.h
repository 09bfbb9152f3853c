#pragma once
// An open folder of /proc/PID. It stays with its process: when that has ended, everything beneath it answers
// ESRCH or ENOENT, even after another process has got the number.

#include <cstdint>
#include <string>
#include <vector>

#include "descriptor.h"
#include "failure.h"

namespace memglass {

/** What /proc/PID/stat says, readable for every process that is listed. */
struct ProcessStat {
  /** Up to 15 bytes of anything. */
  std::string name;
  char state = '?';
  uint32_t parent = 0;
  /** Without an address space of its own. */
  bool isKernelThread = false;
  uint32_t threads = 0;
  /** Clock ticks since boot. */
  uint64_t startTime = 0;
  uint64_t residentPages = 0;

  /** Its first thread has ended; others may live. */
  bool hasEnded() const { return state == 'Z' || state == 'X'; }
};

/** All that /proc lists. `proc` is the open folder /proc. */
Failure listProcesses(int proc, std::vector<uint32_t>* pids);

/** 0, or the errno; EINVAL for a line that is none. */
int readStat(int folder, ProcessStat* stat);

/** 0 where it cannot be looked at. */
uint64_t inodeOf(int folder, const char* name);

/** The folder of another thread, where the first has ended and the process lives on; invalid where none does.
 */
Descriptor folderOfLivingThread(int folder);

/** Gone, for good or for another program. */
inline bool isGone(int error) { return error == ENOENT || error == ESRCH; }

struct ProcessKey {
  uint32_t pid = 0;
  uint64_t startTime = 0;
};

/**
 * Opens the folder of the very process, or that of a living thread of it. ESRCH: there is none, or it is a
 * zombie. ESTALE: the number is another process's now. ENOTSUP: a kernel thread.
 */
Failure openProcess(const ProcessKey& key, Descriptor* folder);

}  // namespace memglass
