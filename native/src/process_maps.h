#pragma once
// A process's mappings of shared objects, by PROCMAP_QUERY (Linux 6.11) or, before it, by the text of maps.

#include <cstdint>
#include <string>
#include <vector>

#include "maps_line.h"
#include "shared_memory_devices.h"

namespace memglass {

struct SharedMapping {
  uint64_t start = 0;
  uint64_t end = 0;
  uint64_t offset = 0;
  uint64_t dev = 0;
  uint64_t ino = 0;
  /** Bits of maps_line.h. */
  uint8_t rights = 0;
  std::string name;
};

struct MappingsAnswer {
  /** ENOENT or ESRCH: the process is gone. EACCES, EPERM: refused. */
  int error = 0;
  /** The names came from the text, where a newline and a literal `\012` are the same. */
  bool byText = false;
};

/**
 * Shared mappings with a file behind them, and private ones of an object on a device for shared memory.
 * `maps` is the open file of that name in `processFolder`.
 */
MappingsAnswer readMappings(int processFolder, int maps, SharedMemoryDevices* devices,
                            std::vector<SharedMapping>* found);

/** Whether the address space behind an open maps is still the process's: exec(2) and exit(2) end it. */
bool isSameAddressSpace(int maps, bool byText);

}  // namespace memglass
