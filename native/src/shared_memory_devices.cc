#include "shared_memory_devices.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "descriptor.h"
#include "whole_file.h"

namespace memglass {
namespace {

// linux/memfd.h; older headers have no huge pages.
constexpr unsigned kMemfdCloexec = 1;
constexpr unsigned kMemfdHugetlb = 4;

/** The device that a memfd made now is on; 0 where none can be made. */
uint64_t deviceOfMemfd(unsigned flags) {
  const Descriptor memory(::memfd_create("memglass", kMemfdCloexec | flags));
  struct statx found;
  if (!memory.valid() || ::statx(memory.get(), "", AT_EMPTY_PATH, STATX_BASIC_STATS, &found) != 0) return 0;
  return makedev(found.stx_dev_major, found.stx_dev_minor);
}

}  // namespace

SharedMemoryDevices::SharedMemoryDevices() : kernelDev_(deviceOfMemfd(0)) {
  if (kernelDev_ != 0) known_[kernelDev_] = true;
  // Huge pages of the default size; those of another size are told by their names alone.
  if (const uint64_t dev = deviceOfMemfd(kMemfdHugetlb)) known_[dev] = true;
}

bool SharedMemoryDevices::has(uint64_t dev, int processFolder) {
  // Only devices without hardware behind them have the major number 0.
  if (major(dev) != 0) return false;
  auto found = known_.find(dev);
  if (found != known_.end()) return found->second;
  learn(processFolder);
  return known_.emplace(dev, false).first->second;
}

void SharedMemoryDevices::learn(int processFolder) {
  std::string text;
  if (readWhole(processFolder, "mountinfo", &text) != 0) return;
  // proc(5): `36 35 0:26 / /dev/shm rw,nosuid shared:4 - tmpfs tmpfs rw`; blanks in names are escaped.
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    const std::string line = text.substr(start, end - start);
    start = end + 1;
    unsigned high = 0;
    unsigned low = 0;
    const size_t dash = line.find(" - ");
    if (dash == std::string::npos || std::sscanf(line.c_str(), "%*u %*u %u:%u", &high, &low) != 2) continue;
    const size_t type = dash + 3;
    const std::string name = line.substr(type, line.find(' ', type) - type);
    known_.emplace(makedev(high, low), name == "tmpfs" || name == "hugetlbfs");
  }
}

}  // namespace memglass
