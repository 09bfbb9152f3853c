#pragma once
// A process's descriptors of shared memory: objects on a device for it, and deleted files anywhere.

#include <cstdint>
#include <string>
#include <vector>

#include "shared_memory_devices.h"

namespace memglass {

struct SharedDescriptor {
  uint32_t fd = 0;
  /** Bits kRead and kWrite of maps_line.h; none for O_PATH. */
  uint8_t access = 0;
  uint32_t nlink = 0;
  uint64_t dev = 0;
  uint64_t ino = 0;
  uint64_t size = 0;
  uint64_t allocated = 0;
  /** What the link says, raw; empty where it is longer than PATH_MAX. */
  std::string name;
};

/** 0, or the errno: ENOENT or ESRCH where the process is gone, EACCES or EPERM where it is refused. */
int readDescriptors(int processFolder, SharedMemoryDevices* devices, std::vector<SharedDescriptor>* found);

}  // namespace memglass
