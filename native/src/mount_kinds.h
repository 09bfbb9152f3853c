#pragma once
// Which devices hold shared memory, told by their numbers alone: asking statfs(2) of every file somebody has
// open would hang with the first dead network server.

#include <cstdint>
#include <unordered_map>

namespace memglass {

/** In the order of `mountKinds` in native/sharedMemory.d.ts. */
enum class MountKind : uint8_t { kOther, kKernel, kTmpfs, kHugetlbfs };
constexpr const char* kMountKindNames[] = {"other", "kernel", "tmpfs", "hugetlbfs"};

class MountKinds {
 public:
  /** Knows the kernel's own mounts: memfds, System V segments and shared anonymous mappings live there. */
  MountKinds();

  /**
   * A device is the same in every mount namespace, but only some of them name it. One that is new is looked
   * for among the mounts of the process (an open folder of /proc) that it was met in, once.
   */
  MountKind of(uint64_t dev, int processFolder);

  /** The device that memfds are on; 0 where none can be made. */
  uint64_t kernelDev() const { return kernelDev_; }

 private:
  void learn(int processFolder);
  uint64_t kernelDev_ = 0;
  std::unordered_map<uint64_t, MountKind> kinds_;
};

}  // namespace memglass
