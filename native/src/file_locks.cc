#include "file_locks.h"

#include <fcntl.h>

#include <cerrno>

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
  if (::fcntl(file.writable.get(), F_OFD_SETLK, &range) == 0) return {};
  return {errno == EACCES ? EAGAIN : errno, "fcntl"};
}

Failure unlockRange(const OpenFile& file, uint64_t offset, uint64_t length) {
  if (!file.writable.valid()) return {};
  struct flock64 range = rangeOf(F_UNLCK, offset, length);
  return ::fcntl(file.writable.get(), F_OFD_SETLK, &range) == 0 ? Failure{} : Failure{errno, "fcntl"};
}

}  // namespace memglass
