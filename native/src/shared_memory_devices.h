#pragma once
// Which devices hold shared memory, told by their numbers alone: asking statfs(2) of every file somebody has
// open would hang with the first dead network server.

#include <cstdint>
#include <unordered_map>

namespace memglass {

class SharedMemoryDevices {
 public:
  /** Knows the kernel's own mounts: memfds, System V segments and shared anonymous mappings live there. */
  SharedMemoryDevices();

  /**
   * Whether it is the kernel's own, or a tmpfs or hugetlbfs. A device is the same in every mount namespace,
   * but only some of them name it. One that is new is looked for among the mounts of the process (an open
   * folder of /proc) that it was met in, once.
   */
  bool has(uint64_t dev, int processFolder);

  /** The device that memfds are on; 0 where none can be made. */
  uint64_t kernelDev() const { return kernelDev_; }

 private:
  void learn(int processFolder);
  uint64_t kernelDev_ = 0;
  /** Those that were met, and whether they are. */
  std::unordered_map<uint64_t, bool> known_;
};

}  // namespace memglass
