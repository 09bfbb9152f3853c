#include "file_writers.h"

#include <fcntl.h>
#include <time.h>

#include <cerrno>

#include "guarded_child.h"

namespace memglass {
namespace {

void awaitTick(int64_t last) {
  constexpr int kMostTicks = 20;
  const timespec millisecond{0, 1000000};
  for (int i = 0; i < kMostTicks; ++i) {
    timespec now;
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec * 1000000000LL + now.tv_nsec > last) return;
    ::nanosleep(&millisecond, nullptr);
  }
}

}  // namespace

bool isOpenForWriting(int fd) {
  // A lease of reading is not given then. That somebody opens it meanwhile is told the child, by a signal.
  const auto lease = [fd] {
    if (::fcntl(fd, F_SETLEASE, F_RDLCK) != 0) return errno;
    ::fcntl(fd, F_SETLEASE, F_UNLCK);
    return 0;
  };
  return inChild(lease, "fcntl").error == EAGAIN;
}

Failure readStatAndTick(int fd, FileFacts* facts) {
  if (Failure failure = readStat(fd, facts)) return failure;
  awaitTick(facts->ctimeNs);
  return {};
}

bool isUntouchedSince(int fd, const FileFacts& facts) {
  FileFacts now;
  return !readStat(fd, &now) && now.ctimeNs == facts.ctimeNs && now.size == facts.size;
}

}  // namespace memglass
