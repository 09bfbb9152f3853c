#include "process_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>

#include "whole_file.h"

namespace memglass {
namespace {

/** PF_KTHREAD of the kernel's sched.h. */
constexpr uint32_t kKernelThread = 0x00200000;

}  // namespace

Failure listProcesses(int proc, std::vector<uint32_t>* pids) {
  const int fd = ::openat64(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* stream = fd < 0 ? nullptr : ::fdopendir(fd);
  if (stream == nullptr) return {errno, "getdents64"};
  for (const dirent64* entry = ::readdir64(stream); entry != nullptr; entry = ::readdir64(stream)) {
    unsigned pid = 0;
    if (std::sscanf(entry->d_name, "%u", &pid) == 1) pids->push_back(pid);
  }
  ::closedir(stream);
  return {};
}

// proc(5): the name, field 2, may hold blanks and brackets; what follows the last bracket is numbers.
int readStat(int folder, ProcessStat* stat) {
  std::string text;
  if (const int error = readWhole(folder, "stat", &text)) return error;
  const size_t start = text.find('(');
  const size_t end = text.rfind(')');
  if (end == std::string::npos || start >= end) return EINVAL;
  stat->name = text.substr(start + 1, end - start - 1);
  uint32_t flags = 0;
  int64_t resident = 0;
  const int fields =
      std::sscanf(text.c_str() + end + 1,
                  " %c %" SCNu32 " %*d %*d %*d %*d %" SCNu32
                  " %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %" SCNu32 " %*d %" SCNu64 " %*u %" SCNd64,
                  &stat->state, &stat->parent, &flags, &stat->threads, &stat->startTime, &resident);
  stat->isKernelThread = (flags & kKernelThread) != 0;
  stat->residentPages = resident > 0 ? static_cast<uint64_t>(resident) : 0;
  return fields == 6 ? 0 : EINVAL;
}

uint64_t inodeOf(int folder, const char* name) {
  struct statx found;
  return ::statx(folder, name, AT_STATX_DONT_SYNC, STATX_INO, &found) == 0 ? found.stx_ino : 0;
}

Descriptor folderOfLivingThread(int folder) {
  Descriptor tasks(::openat64(folder, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  DIR* stream = tasks.valid() ? ::fdopendir(tasks.get()) : nullptr;
  if (stream == nullptr) return {};
  tasks.release();
  Descriptor living;
  for (const dirent64* entry = ::readdir64(stream); entry != nullptr; entry = ::readdir64(stream)) {
    if (entry->d_name[0] == '.') continue;
    Descriptor thread(::openat64(::dirfd(stream), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ProcessStat stat;
    if (thread.valid() && readStat(thread.get(), &stat) == 0 && !stat.hasEnded()) {
      living = std::move(thread);
      break;
    }
  }
  ::closedir(stream);
  return living;
}

Failure openProcess(const ProcessKey& key, Descriptor* folder) {
  const std::string path = "/proc/" + std::to_string(key.pid);
  Descriptor opened(::open64(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.valid()) return {errno == ENOENT ? ESRCH : errno, "openat"};
  ProcessStat stat;
  if (const int error = readStat(opened.get(), &stat)) return {isGone(error) ? ESRCH : error, "read"};
  if (stat.startTime != key.startTime) return {ESTALE, "read"};
  if (stat.isKernelThread) return {ENOTSUP, "openat"};
  if (stat.hasEnded()) opened = stat.threads < 2 ? Descriptor() : folderOfLivingThread(opened.get());
  if (!opened.valid()) return {ESRCH, "read"};
  *folder = std::move(opened);
  return {};
}

}  // namespace memglass
