#include "file_read.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "guarded_copy.h"
#include "mapping_window.h"

namespace memglass {
namespace {

/** Pages of an unreadable stretch that are tried one by one, before only every n-th is. */
constexpr uint64_t kPatientPages = 256;
constexpr uint64_t kLargestStride = 256;

int64_t preadRetrying(int fd, void* into, size_t length, uint64_t offset) {
  ssize_t got;
  do {
    got = ::pread64(fd, into, length, static_cast<off64_t>(offset));
  } while (got < 0 && errno == EINTR);
  return got < 0 ? -errno : got;
}

/**
 * Finds where an unreadable stretch that starts at `start` with `error` stops, at most at `end`. One byte per
 * page is tried, page by page; after 256 pages in strides that double up to 256 pages, and back page by page
 * once one can be read. So 64 MiB of nothing costs hundreds of system calls, not 16384; the price is that a
 * readable island of less than 1 MiB deep inside more than 1 MiB of errors, asked for in one read, is
 * reported with its surroundings.
 */
uint64_t endOfUnreadable(int fd, uint64_t start, uint64_t end, int error) {
  const uint64_t page = pageSize();
  const auto fails = [&](uint64_t offset) {
    uint8_t byte;
    return preadRetrying(fd, &byte, 1, offset) == -error;
  };
  uint64_t next = (start / page + 1) * page;
  for (uint64_t pages = 0; next < end && pages < kPatientPages; ++pages, next += page) {
    if (!fails(next)) return next;
  }
  for (uint64_t stride = 2; next < end; stride = std::min(stride * 2, kLargestStride)) {
    const uint64_t probe = std::min(next + (stride - 1) * page, (end - 1) / page * page);
    if (!fails(probe)) {
      while (next < probe && fails(next)) next += page;
      return next;
    }
    next = probe + page;
  }
  return end;
}

/** Appends to `outcome`; false where the file ended first. */
bool appendPlain(int fd, uint64_t offset, uint8_t* into, size_t length, ReadOutcome* outcome) {
  size_t done = 0;
  while (done < length) {
    const uint64_t position = offset + done;
    const int64_t got = preadRetrying(fd, into + done, length - done, position);
    if (got == 0) break;
    if (got > 0) {
      done += static_cast<size_t>(got);
      continue;
    }
    const int error = static_cast<int>(-got);
    const uint64_t stop = endOfUnreadable(fd, position, offset + length, error);
    addFault(&outcome->faults, position, stop - position, error);
    done += static_cast<size_t>(stop - position);
  }
  outcome->length += done;
  return done == length;
}

/** Cuts what is answered to what the file holds. */
void clampTo(uint64_t offset, uint64_t end, ReadOutcome* outcome) {
  if (offset + outcome->length <= end) return;
  outcome->length = end > offset ? static_cast<size_t>(end - offset) : 0;
  std::vector<ReadFault>& faults = outcome->faults;
  while (!faults.empty() && faults.back().offset >= end) faults.pop_back();
  if (!faults.empty() && faults.back().offset + faults.back().length > end) {
    faults.back().length = end - faults.back().offset;
  }
}

/** Copies from one window: the count, or -errno where there is no window or nothing could be copied. */
int64_t copyFromWindow(const OpenFile& file, uint64_t position, uint8_t* into, size_t length) {
  int error = 0;
  const std::shared_ptr<MappingWindow> window =
      WindowCache::shared().get(file.id, file.fd.get(), position / kWindowBytes, &error);
  if (!window) return -error;
  if (length > pageSize()) window->fetch(file.fd.get(), position % kWindowBytes, length);
  return guardedCopy(into, window->base() + position % kWindowBytes, length);
}

ReadOutcome readMapped(OpenFile& file, uint64_t offset, uint8_t* into, size_t length) {
  const int fd = file.fd.get();
  ReadOutcome outcome;
  // The size before the copy is needed as well as the one after it: where the file grows meanwhile, the zeros
  // copied from the rest of its last page lie inside the new size. Inside the size seen last that is worth no
  // system call: it can happen once, to a file that was cut since and grows again within this microsecond.
  if (offset + length > file.lastEnd) {
    const int64_t end = endOf(fd);
    if (end < 0) return readPlain(fd, offset, into, length);
    if (static_cast<uint64_t>(end) <= offset) return outcome;
    length = static_cast<size_t>(std::min<uint64_t>(length, static_cast<uint64_t>(end) - offset));
  }

  uint64_t retryPages = 1;
  while (outcome.length < length) {
    const uint64_t position = offset + outcome.length;
    const size_t inWindow = static_cast<size_t>(position % kWindowBytes);
    const size_t wanted = std::min(length - outcome.length, kWindowBytes - inWindow);
    const int64_t copied = copyFromWindow(file, position, into + outcome.length, wanted);
    if (copied > 0) {
      outcome.length += static_cast<size_t>(copied);
      if (static_cast<size_t>(copied) == wanted) {
        retryPages = 1;
        continue;
      }
    }
    // The page that stopped the copy is past the end now, or its bytes cannot be fetched. pread(2) tells
    // which, and with what error. Each further failure hands it a piece twice as long, for its way of
    // skipping what is dead.
    const uint64_t stopped = offset + outcome.length;
    const size_t rest = length - outcome.length;
    const bool noCopies = copied < 0 && copied != -EFAULT;
    const uint64_t pieceEnd = (stopped / pageSize() + retryPages) * pageSize();
    const size_t piece =
        noCopies ? wanted : static_cast<size_t>(std::min<uint64_t>(rest, pieceEnd - stopped));
    retryPages = std::min<uint64_t>(retryPages * 2, kWindowBytes / pageSize());
    if (!appendPlain(fd, stopped, into + outcome.length, piece, &outcome)) break;
  }
  // Fresh, and after the copy: where the file was cut meanwhile, the rest of its last page came as zeros.
  const int64_t end = endOf(fd);
  file.lastEnd = end < 0 ? 0 : static_cast<uint64_t>(end);
  clampTo(offset, file.lastEnd, &outcome);
  return outcome;
}

}  // namespace

void addFault(std::vector<ReadFault>* faults, uint64_t offset, uint64_t length, int error) {
  if (!faults->empty()) {
    ReadFault& last = faults->back();
    if (last.error == error && last.offset + last.length == offset) {
      last.length += length;
      return;
    }
  }
  faults->push_back({offset, length, error});
}

ReadOutcome readPlain(int fd, uint64_t offset, uint8_t* into, size_t length) {
  ReadOutcome outcome;
  appendPlain(fd, offset, into, length, &outcome);
  return outcome;
}

ReadOutcome readRange(OpenFile& file, uint64_t offset, uint8_t* into, size_t length) {
  return file.strategy == Strategy::kMap ? readMapped(file, offset, into, length)
                                         : readPlain(file.fd.get(), offset, into, length);
}

}  // namespace memglass
