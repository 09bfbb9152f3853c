#include "process_scan.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "descriptor.h"
#include "process_fds.h"
#include "process_folder.h"
#include "process_maps.h"

namespace memglass {
namespace {

/** A process that goes on exec'ing while it is looked at is left out after this many looks. */
constexpr int kLooks = 3;

/** What one look at one process found. */
struct Look {
  ProcessStat stat;
  uint64_t ipcNamespace = 0;
  int mapsError = 0;
  int fdsError = 0;
  bool byText = false;
  std::vector<SharedMapping> mappings;
  std::vector<SharedDescriptor> descriptors;
};

enum class Seen { kWhole, kChanged, kGone, kKernelThread };

/** A System V segment, whose id means something in its IPC namespace alone. */
bool hasSegment(const Look& look) {
  return std::any_of(look.mappings.begin(), look.mappings.end(),
                     [](const SharedMapping& mapping) { return mapping.name.rfind("/SYSV", 0) == 0; });
}

/**
 * Everything is read beneath one open folder of /proc, so that it is all of one process. What remains is
 * exec(2), which keeps number and start time: it shows in the old address space being gone, or in another
 * executable.
 */
Seen lookAt(int processFolder, SharedMemoryDevices* devices, Look* look) {
  if (readStat(processFolder, &look->stat) != 0) return Seen::kGone;
  if (look->stat.isKernelThread) return Seen::kKernelThread;
  Descriptor thread;
  int folder = processFolder;
  if (look->stat.hasEnded()) {
    if (look->stat.threads < 2) return Seen::kGone;
    thread = folderOfLivingThread(processFolder);
    if (!thread.valid()) return Seen::kGone;
    folder = thread.get();
  }
  const uint64_t executable = inodeOf(folder, "exe");
  const Descriptor maps(::openat64(folder, "maps", O_RDONLY | O_CLOEXEC));
  look->mapsError = maps.valid() ? 0 : errno;
  if (maps.valid()) {
    const MappingsAnswer answer = readMappings(folder, maps.get(), devices, &look->mappings);
    look->mapsError = answer.error;
    look->byText = answer.byText;
  }
  look->fdsError = readDescriptors(folder, devices, &look->descriptors);
  // Asked only where it matters: it costs as much as all descriptors of a small process.
  if (hasSegment(*look)) look->ipcNamespace = inodeOf(folder, "ns/ipc");
  if (isGone(look->mapsError) || isGone(look->fdsError)) return Seen::kChanged;
  if (inodeOf(folder, "exe") != executable) return Seen::kChanged;
  if (look->mapsError == 0 && !isSameAddressSpace(maps.get(), look->byText)) return Seen::kChanged;
  return Seen::kWhole;
}

void append(uint32_t pid, const Look& look, SharedUsers* users) {
  const auto process = static_cast<uint32_t>(users->processes.pids.size());
  users->processes.pids.push_back(pid);
  users->processes.startTimes.push_back(look.stat.startTime);
  users->processes.names.push_back(users->names.add(look.stat.name));
  users->processes.ipcNamespaces.push_back(look.ipcNamespace);
  users->processes.mapsErrors.push_back(static_cast<uint32_t>(look.mapsError));
  users->processes.fdsErrors.push_back(static_cast<uint32_t>(look.fdsError));
  users->processes.byText.push_back(look.byText ? 1 : 0);
  for (const SharedMapping& mapping : look.mappings) {
    users->mappings.processes.push_back(process);
    users->mappings.starts.push_back(mapping.start);
    users->mappings.ends.push_back(mapping.end);
    users->mappings.offsets.push_back(mapping.offset);
    users->mappings.devs.push_back(mapping.dev);
    users->mappings.inos.push_back(mapping.ino);
    users->mappings.rights.push_back(mapping.rights);
    users->mappings.names.push_back(users->names.add(mapping.name));
  }
  for (const SharedDescriptor& descriptor : look.descriptors) {
    users->descriptors.processes.push_back(process);
    users->descriptors.fds.push_back(descriptor.fd);
    users->descriptors.accesses.push_back(descriptor.access);
    users->descriptors.links.push_back(descriptor.nlink);
    users->descriptors.devs.push_back(descriptor.dev);
    users->descriptors.inos.push_back(descriptor.ino);
    users->descriptors.sizes.push_back(descriptor.size);
    users->descriptors.allocated.push_back(descriptor.allocated);
    users->descriptors.names.push_back(users->names.add(descriptor.name));
  }
}

}  // namespace

Failure scanSharedUsers(const ScanOptions& options, const std::atomic<bool>& canceled, SharedUsers* users) {
  const Descriptor proc(::open64("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!proc.valid()) return {errno, "openat"};
  std::vector<uint32_t> pids = options.pids;
  if (options.everyone) {
    if (Failure failure = listProcesses(proc.get(), &pids)) return failure;
  }
  SharedMemoryDevices devices;
  users->kernelDev = devices.kernelDev();
  for (const uint32_t pid : pids) {
    for (int attempt = 0; attempt < kLooks; ++attempt) {
      if (canceled) return {ECANCELED, "ioctl"};
      const Descriptor folder(
          ::openat64(proc.get(), std::to_string(pid).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (!folder.valid()) break;
      Look look;
      const Seen seen = lookAt(folder.get(), &devices, &look);
      if (seen == Seen::kWhole) append(pid, look, users);
      if (seen != Seen::kChanged) break;
    }
  }
  return {};
}

}  // namespace memglass
