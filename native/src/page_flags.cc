#include "page_flags.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "guarded_copy.h"

namespace memglass {
namespace {

// linux/fs.h of Linux 6.7; older headers have none.
struct PageRegion {
  uint64_t start, end, categories;
};
struct PagemapScan {
  uint64_t size, flags, start, end, walkEnd, ranges, rangeCount, maxPages;
  uint64_t inverted, allOf, anyOf, returned;
};
static_assert(sizeof(PagemapScan) == 96);
constexpr unsigned long kPagemapScan = 0xc0606610;
constexpr uint64_t kScanPresent = 8;
constexpr uint64_t kScanSwapped = 16;
constexpr uint64_t kScanZero = 32;
constexpr uint64_t kScanHuge = 64;

constexpr size_t kRanges = 1024;
/** Entries of 8 bytes that one read takes. */
constexpr size_t kEntries = 8192;
/** Programs that follow each other in one process while it is looked at. */
constexpr int kLooks = 5;

/** Documentation/admin-guide/mm/pagemap.rst of the kernel. */
uint8_t flagsOf(uint64_t entry) {
  const auto bit = [entry](int number, uint8_t flag) {
    return (entry >> number & 1) != 0 ? flag : uint8_t{0};
  };
  const uint8_t guard = bit(58, kPageGuard);
  // The mark of a guard page stands in the table where the place in the swap would.
  const uint8_t swapped = guard != 0 ? 0 : bit(62, kPageSwapped);
  return static_cast<uint8_t>(bit(63, kPagePresent) | swapped | bit(61, kPageFileOrShared) |
                              bit(56, kPageExclusive) | bit(55, kPageSoftDirty) | guard);
}

struct Pages {
  uint64_t start;
  uint64_t count;
  /** What the scan has said of each of them already. */
  uint8_t flags;
};

enum class Got { kAll, kNothing, kFailed };

/** kNothing: past the end of the address space, or there is no such address space any more. */
Got readEntries(int pagemap, const Pages& pages, const std::atomic<bool>& canceled, PageSink* sink,
                int* error) {
  std::vector<uint64_t> entries(std::min<uint64_t>(kEntries, pages.count));
  std::vector<uint8_t> flags(entries.size());
  for (uint64_t done = 0; done < pages.count;) {
    if (canceled) return *error = ECANCELED, Got::kFailed;
    const size_t wanted = std::min<uint64_t>(entries.size(), pages.count - done);
    const uint64_t first = pages.start / pageSize() + done;
    const ssize_t got = ::pread64(pagemap, entries.data(), wanted * sizeof(uint64_t),
                                  static_cast<off64_t>(first * sizeof(uint64_t)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return *error = errno, Got::kFailed;
    const size_t count = static_cast<size_t>(got) / sizeof(uint64_t);
    if (count == 0) return Got::kNothing;
    for (size_t i = 0; i < count; ++i) flags[i] = pages.flags | flagsOf(entries[i]);
    sink->take(first, flags.data(), count);
    done += count;
  }
  return Got::kAll;
}

/**
 * Reads the entries only where the page tables hold something: the kernel passes over what does not, however
 * large. kNothing with ENOTTY where it has no such call.
 */
Got readByScan(int pagemap, const Pages& pages, const std::atomic<bool>& canceled, PageSink* sink,
               int* error) {
  std::vector<PageRegion> ranges(kRanges);
  PagemapScan scan{};
  scan.size = sizeof scan;
  scan.start = pages.start;
  scan.end = pages.start + pages.count * pageSize();
  scan.ranges = reinterpret_cast<uint64_t>(ranges.data());
  scan.rangeCount = ranges.size();
  scan.anyOf = kScanPresent | kScanSwapped;
  scan.returned = kScanZero | kScanHuge | kScanPresent;
  while (scan.start < scan.end) {
    if (canceled) return *error = ECANCELED, Got::kFailed;
    const int found = ::ioctl(pagemap, kPagemapScan, &scan);
    if (found < 0 && errno == EINTR) continue;
    if (found < 0) return *error = errno, Got::kNothing;
    for (int i = 0; i < found; ++i) {
      const PageRegion& range = ranges[static_cast<size_t>(i)];
      const uint8_t more = static_cast<uint8_t>(((range.categories & kScanZero) != 0 ? kPageZero : 0) |
                                                ((range.categories & kScanHuge) != 0 ? kPageHuge : 0));
      const uint64_t count = (range.end - range.start) / pageSize();
      const Got got = readEntries(pagemap, {range.start, count, more}, canceled, sink, error);
      if (got != Got::kAll) return got;
    }
    if (scan.walkEnd <= scan.start) break;
    scan.start = scan.walkEnd;
  }
  return Got::kAll;
}

}  // namespace

Failure visitPages(const ProcessKey& key, uint64_t start, uint64_t count, const std::atomic<bool>& canceled,
                   PageSink* sink) {
  for (int look = 0; look < kLooks; ++look) {
    Descriptor folder;
    if (Failure failure = openProcess(key, &folder)) return failure;
    const Descriptor pagemap(::openat64(folder.get(), "pagemap", O_RDONLY | O_CLOEXEC));
    if (!pagemap.valid()) {
      const int error = errno;
      const bool unknown = error == ENOENT && inodeOf(folder.get(), "stat") != 0;
      return {unknown ? ENOSYS : isGone(error) ? ESRCH : error, "openat"};
    }
    sink->clear();
    const Pages pages{start, count, 0};
    int error = 0;
    Got got = readByScan(pagemap.get(), pages, canceled, sink, &error);
    if (got == Got::kNothing) {
      sink->clear();
      got = readEntries(pagemap.get(), pages, canceled, sink, &error);
    }
    if (got == Got::kFailed && !isGone(error)) return {error, "read"};
    // The first page of an address space can always be asked for, mapped or not.
    uint64_t entry = 0;
    const bool isThere = ::pread64(pagemap.get(), &entry, sizeof entry, 0) == sizeof entry;
    if (got != Got::kFailed && isThere) return {};
  }
  return {ESRCH, "read"};
}

}  // namespace memglass
