#include "whole_io.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <limits>

namespace memglass {
namespace {
constexpr size_t kSector = 512;
std::atomic<size_t> largestWrite{std::numeric_limits<size_t>::max()};
}  // namespace

Failure writeWhole(int fd, const uint8_t* bytes, size_t length, uint64_t offset, size_t* written) {
  while (*written < length) {
    const size_t most = largestWrite.load();
    size_t piece = std::min(length - *written, most);
    // Of a long write the kernel leaves no sector half done.
    if (piece == most && most > kSector) piece -= (offset + *written + piece) % kSector;
    const ssize_t put = ::pwrite64(fd, bytes + *written, piece, static_cast<off64_t>(offset + *written));
    if (put > 0) {
      *written += static_cast<size_t>(put);
    } else if (put == 0) {
      return {EIO, "pwrite64"};
    } else if (errno != EINTR) {
      return {errno, "pwrite64"};
    }
  }
  return {};
}

Failure readWhole(int fd, uint8_t* into, size_t length, uint64_t offset, size_t* got) {
  *got = 0;
  while (*got < length) {
    const ssize_t read = ::pread64(fd, into + *got, length - *got, static_cast<off64_t>(offset + *got));
    if (read == 0) return {};
    if (read > 0) {
      *got += static_cast<size_t>(read);
    } else if (errno != EINTR) {
      return {errno, "pread64"};
    }
  }
  return {};
}

void limitWrites(size_t most) { largestWrite = most == 0 ? std::numeric_limits<size_t>::max() : most; }

}  // namespace memglass
