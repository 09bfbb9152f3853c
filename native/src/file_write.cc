#include "file_write.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "whole_io.h"

namespace memglass {
namespace {

/** linux/fcntl.h; older headers of glibc have none. */
constexpr int kGetSeals = 1034;
constexpr uint64_t kFlushWindow = uint64_t{1} << 30;

}  // namespace

Failure openForWriting(OpenFile& file) {
  if (file.writable.valid()) return {};
  if (file.facts.kind != FileKind::kRegular && file.facts.kind != FileKind::kBlock) {
    return {ENOTSUP, "openat"};
  }
  const std::string link = "/proc/self/fd/" + std::to_string(file.fd.get());
  int fd;
  do {
    fd = ::open64(link.c_str(), O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return {errno, "openat"};
  file.writable = Descriptor(fd);
  return {};
}

Failure checkExpected(const OpenFile& file, const ExpectedObject& expected) {
  FileFacts now;
  if (Failure failure = readStat(file.fd.get(), &now)) return failure;
  if (now.kind == FileKind::kBlock) {
    now.size = static_cast<uint64_t>(std::max<int64_t>(endOf(file.fd.get()), 0));
  }
  const bool same = now.dev == expected.dev && now.ino == expected.ino && now.size == expected.size;
  return same ? Failure{} : Failure{ESTALE, "statx"};
}

Failure writeRange(OpenFile& file, uint64_t offset, const uint8_t* bytes, size_t length,
                   const ExpectedObject& expected, size_t* written) {
  if (Failure failure = openForWriting(file)) return failure;
  if (offset > expected.size || length > expected.size - offset) return {ERANGE, "pwrite64"};
  if (Failure failure = checkExpected(file, expected)) return failure;
  return writeWhole(file.writable.get(), bytes, length, offset, written);
}

Failure resizeFile(OpenFile& file, uint64_t size, bool reserve, const ExpectedObject& expected) {
  if (Failure failure = openForWriting(file)) return failure;
  if (Failure failure = checkExpected(file, expected)) return failure;
  return setSize(file.writable.get(), expected.size, size, reserve);
}

Failure flushFile(const OpenFile& file, Flush how) {
  const int fd = file.fd.get();
  const std::string system = fileSystemName(file.facts.fileSystemType);
  // Nothing lies behind these, and mapping a hole of a tmpfs is what we avoid.
  if (system == "tmpfs" || system == "hugetlbfs" || system == "ramfs") return {};
  const int64_t end = endOf(fd);
  if (end < 0) return {static_cast<int>(-end), "lseek"};
  const int flags = how == Flush::kSync ? MS_SYNC : how == Flush::kAsync ? MS_ASYNC : MS_SYNC | MS_INVALIDATE;
  for (uint64_t start = 0; start < static_cast<uint64_t>(end); start += kFlushWindow) {
    const size_t length = std::min(kFlushWindow, static_cast<uint64_t>(end) - start);
    // Mapped and never touched: msync(2) works on the pages that others have written.
    void* base = ::mmap64(nullptr, length, PROT_NONE, MAP_SHARED, fd, static_cast<off64_t>(start));
    if (base == MAP_FAILED) return {errno, "mmap"};
    const int error = ::msync(base, length, flags) == 0 ? 0 : errno;
    ::munmap(base, length);
    if (error != 0) return {error, "msync"};
  }
  // MS_ASYNC does nothing on Linux (msync(2), notes): this starts the writing.
  if (how == Flush::kAsync && ::sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE) != 0) {
    return {errno, "sync_file_range"};
  }
  if (how == Flush::kSync && ::fdatasync(fd) != 0) return {errno, "fdatasync"};
  return {};
}

Failure readSeals(const OpenFile& file, int* seals) {
  *seals = ::fcntl(file.fd.get(), kGetSeals);
  return *seals >= 0 || errno == EINVAL ? Failure{} : Failure{errno, "fcntl"};
}

}  // namespace memglass
