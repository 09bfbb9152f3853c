#include "file_locks.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <vector>

#include "file_write.h"

namespace memglass {
namespace {

struct flock64 rangeOf(short type, uint64_t offset, uint64_t length) {
  struct flock64 range = {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = static_cast<off64_t>(offset);
  range.l_len = static_cast<off64_t>(length);
  return range;
}

LockedRange lockedRange(uint64_t offset, uint64_t length) {
  return {offset, length == 0 ? std::numeric_limits<uint64_t>::max() : offset + length};
}

/** What is left of the ranges without one. */
std::vector<LockedRange> without(const std::vector<LockedRange>& ranges, LockedRange taken) {
  std::vector<LockedRange> left;
  for (const auto& [start, end] : ranges) {
    if (start < taken.start) left.push_back({start, std::min(end, taken.start)});
    if (end > taken.end) left.push_back({std::max(start, taken.end), end});
  }
  return left;
}

/** A descriptor to write with has effects of its own: nobody can run the file (ETXTBSY). */
void closeUnlessLocked(OpenFile& file) {
  if (file.locked.empty()) file.writable.reset();
}

}  // namespace

Failure findLock(const OpenFile& file, uint64_t offset, uint64_t length, RangeLock* lock) {
  // Through the descriptor that holds ours, which are not in its way.
  const int fd = file.writable.valid() ? file.writable.get() : file.fd.get();
  struct flock64 range = rangeOf(F_WRLCK, offset, length);
  if (::fcntl(fd, F_OFD_GETLK, &range) != 0) return {errno, "fcntl"};
  *lock = {};
  if (range.l_type == F_UNLCK) return {};
  *lock = {true, range.l_type == F_WRLCK, static_cast<uint64_t>(range.l_start),
           static_cast<uint64_t>(range.l_len), range.l_pid};
  return {};
}

Failure lockRange(OpenFile& file, uint64_t offset, uint64_t length) {
  if (Failure failure = openForWriting(file)) return failure;
  struct flock64 range = rangeOf(F_WRLCK, offset, length);
  if (::fcntl(file.writable.get(), F_OFD_SETLK, &range) == 0) {
    file.locked.push_back(lockedRange(offset, length));
    return {};
  }
  const int error = errno;
  closeUnlessLocked(file);
  return {error == EACCES ? EAGAIN : error, "fcntl"};
}

Failure unlockRange(OpenFile& file, uint64_t offset, uint64_t length) {
  if (file.locked.empty()) return {};
  struct flock64 range = rangeOf(F_UNLCK, offset, length);
  if (::fcntl(file.writable.get(), F_OFD_SETLK, &range) != 0) return {errno, "fcntl"};
  file.locked = without(file.locked, lockedRange(offset, length));
  closeUnlessLocked(file);
  return {};
}

}  // namespace memglass
