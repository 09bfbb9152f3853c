#include "sparse_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "direct_copy.h"
#include "whole_io.h"

namespace memglass {
namespace {

/** Between two looks at whether the user still wants it. */
constexpr uint64_t kStep = uint64_t{16} << 20;
/** Fits the second-level cache: a buffer of 1 MiB took twice the time. */
constexpr size_t kBuffer = size_t{256} << 10;
/** From here on it pays to leave the new file out of the page cache: pages for all of it cost more than the
 * disk. */
constexpr uint64_t kLong = uint64_t{32} << 20;

bool isRefused(int error) {
  return error == ENOSYS || error == EXDEV || error == EINVAL || error == EOPNOTSUPP || error == EPERM;
}

class Copy {
 public:
  Copy(int from, int to, SaveProgress& progress) : from_(from), to_(to), progress_(progress) {}

  /** A range without holes. */
  Failure data(uint64_t source, uint64_t target, uint64_t length) {
    uint64_t done = 0;
    if (length >= kLong && source % kBlock != target % kBlock) {
      done = -target % kDirectBlock;
      if (Failure failure = steps(source, target, done)) return failure;
      const uint64_t whole = (length - done) / kDirectBlock * kDirectBlock;
      bool isDone = false;
      if (Failure failure = copyDirect(from_, source + done, to_, target + done, whole, progress_, &isDone)) {
        return failure;
      }
      if (isDone) done += whole;
    }
    return steps(source + done, target + done, length - done);
  }

 private:
  Failure steps(uint64_t source, uint64_t target, uint64_t length) {
    for (uint64_t done = 0; done < length;) {
      if (progress_.canceled) return {ECANCELED, "copy_file_range"};
      uint64_t copied = 0;
      if (Failure failure = step(source + done, target + done, std::min(length - done, kStep), &copied)) {
        return failure;
      }
      if (copied == 0) return {ESTALE, "copy_file_range"};
      done += copied;
      progress_.done += copied;
      writeBack(target + done);
    }
    return {};
  }

  Failure step(uint64_t source, uint64_t target, uint64_t length, uint64_t* copied) {
    // Shifted by a part of a block nothing can be shared, and the kernel's copying takes twice the time.
    while (inKernel_ && source % kBlock == target % kBlock) {
      auto in = static_cast<off64_t>(source);
      auto out = static_cast<off64_t>(target);
      const ssize_t count = ::copy_file_range(from_, &in, to_, &out, length, 0);
      if (count >= 0) {
        *copied = static_cast<uint64_t>(count);
        return {};
      }
      if (errno == EINTR) continue;
      if (!isRefused(errno)) return {errno, "copy_file_range"};
      inKernel_ = false;
    }
    return byHand(source, target, length, copied);
  }

  Failure byHand(uint64_t source, uint64_t target, uint64_t length, uint64_t* copied) {
    buffer_.resize(kBuffer);
    // To a border of the target's blocks: those are written whole then.
    const uint64_t whole = kBuffer - target % kBuffer;
    size_t got = 0;
    const size_t wanted = std::min<uint64_t>(length, whole);
    if (Failure failure = readWhole(from_, buffer_.data(), wanted, source, &got)) return failure;
    size_t written = 0;
    const Failure failure = writeWhole(to_, buffer_.data(), got, target, &written);
    *copied = written;
    return failure;
  }

  /** Has the disk begin with what is copied, so that the flush at the end has little left. Advice: it may
   * fail. */
  void writeBack(uint64_t end) {
    if (end < begun_ + kStep) return;
    ::sync_file_range(to_, static_cast<off64_t>(begun_), static_cast<off64_t>(end - begun_),
                      SYNC_FILE_RANGE_WRITE);
    begun_ = end;
  }

  static constexpr uint64_t kBlock = 4096;
  int from_;
  int to_;
  SaveProgress& progress_;
  bool inKernel_ = true;
  /** Where what the disk has not begun with starts. */
  uint64_t begun_ = 0;
  std::vector<uint8_t> buffer_;
};

}  // namespace

Failure copySparse(int from, uint64_t source, int to, uint64_t target, uint64_t length,
                   SaveProgress& progress) {
  Copy copy(from, to, progress);
  const uint64_t end = source + length;
  for (uint64_t at = source; at < end;) {
    const off64_t data = ::lseek64(from, static_cast<off64_t>(at), SEEK_DATA);
    // No data from here on; or no knowing, and then all of it is data.
    if (data < 0 && errno == ENXIO) {
      progress.done += end - at;
      break;
    }
    const uint64_t start = data < 0 ? at : std::min(end, static_cast<uint64_t>(data));
    const off64_t hole = data < 0 ? -1 : ::lseek64(from, data, SEEK_HOLE);
    const uint64_t stop = hole < 0 ? end : std::min(end, static_cast<uint64_t>(hole));
    progress.done += start - at;
    if (start < stop) {
      if (Failure failure = copy.data(start, target + (start - source), stop - start)) return failure;
    }
    at = std::max(start, stop);
  }
  return {};
}

}  // namespace memglass
