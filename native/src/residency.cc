#include "residency.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "guarded_copy.h"

namespace memglass {
namespace {

// linux/mman.h of Linux 6.5; older headers have none. The number is the same on every architecture but alpha.
constexpr long kCachestatNumber = 451;
struct CachestatRange {
  uint64_t offset;
  uint64_t length;
};
struct Cachestat {
  uint64_t cached, dirty, writeback, evicted, recentlyEvicted;
};

/** Spans in all. */
constexpr uint64_t kSpanBudget = 4096;

struct PageRange {
  uint64_t first;
  uint64_t end;
  uint64_t pages() const { return end - first; }
};

/** The pages a bucket touches, inside the file. */
PageRange pagesOf(const Buckets& buckets, size_t bucket, uint64_t fileEnd) {
  const uint64_t page = pageSize();
  const uint64_t start = std::min(buckets.start(bucket), fileEnd);
  const uint64_t end = std::min(buckets.end(bucket), fileEnd);
  if (start >= end) return {0, 0};
  return {start / page, (end + page - 1) / page};
}

/** 0, or the errno of the first call that failed. */
int byCachestat(int fd, const Buckets& buckets, uint64_t fileEnd, uint8_t* into) {
  const uint64_t page = pageSize();
  for (size_t i = 0; i < buckets.count; ++i) {
    const PageRange pages = pagesOf(buckets, i, fileEnd);
    into[i] = 0;
    if (pages.pages() == 0) continue;  // A length of 0 would mean "to the end of the file".
    const CachestatRange range{pages.first * page, pages.pages() * page};
    Cachestat found{};
    if (::syscall(kCachestatNumber, fd, &range, &found, 0) != 0) return errno;
    into[i] = shareOf(found.cached, pages.pages());
  }
  if (fileEnd == 0 || buckets.count == 0) {  // Nothing was asked: ask once, to know whether we would be told.
    const CachestatRange range{0, page};
    Cachestat found{};
    if (::syscall(kCachestatNumber, fd, &range, &found, 0) != 0) return errno;
  }
  return 0;
}

/** Counts resident pages of [first, first+count) by mincore(2); false where that cannot be done. */
bool countResident(int fd, uint64_t first, uint64_t count, uint64_t* resident) {
  const uint64_t page = pageSize();
  uint8_t states[kSpanPages];
  // A mapping of its own, never touched: mincore(2) looks into the page cache for what is not in the page
  // table.
  void* base = ::mmap64(nullptr, count * page, PROT_READ, MAP_SHARED, fd, static_cast<off64_t>(first * page));
  if (base == MAP_FAILED) return false;
  const bool told = ::mincore(base, count * page, states) == 0;
  ::munmap(base, count * page);
  if (!told) return false;
  for (uint64_t i = 0; i < count; ++i) *resident += states[i] & 1;
  return true;
}

/** mincore(2) claims that all is resident to whoever neither owns the file nor may write it (Linux 5.2 and
 * later). */
bool mincoreIsTruthful(const OpenFile& file) {
  if (::geteuid() == file.facts.uid) return true;
  const std::string link = "/proc/self/fd/" + std::to_string(file.fd.get());
  return ::faccessat(AT_FDCWD, link.c_str(), W_OK, AT_EACCESS) == 0;
}

}  // namespace

bool sharesBySpans(const Buckets& buckets, uint64_t end, const SpanCounter& count, uint8_t* into,
                   bool* sampled) {
  const uint64_t spansPerBucket = std::max<uint64_t>(1, kSpanBudget / std::max<size_t>(1, buckets.count));
  for (size_t i = 0; i < buckets.count; ++i) {
    const PageRange pages = pagesOf(buckets, i, end);
    const uint64_t spans = std::min(spansPerBucket, (pages.pages() + kSpanPages - 1) / kSpanPages);
    uint64_t seen = 0;
    uint64_t resident = 0;
    for (uint64_t span = 0; span < spans; ++span) {
      // Spread evenly; adjacent, and so complete, where the bucket is small enough.
      const uint64_t first =
          pages.first + static_cast<uint64_t>(static_cast<unsigned __int128>(pages.pages()) * span / spans);
      const uint64_t next =
          pages.first +
          static_cast<uint64_t>(static_cast<unsigned __int128>(pages.pages()) * (span + 1) / spans);
      const uint64_t pagesHere = std::min(next - first, kSpanPages);
      if (pagesHere < next - first) *sampled = true;
      if (!count(first, pagesHere, &resident)) return false;
      seen += pagesHere;
    }
    into[i] = shareOf(resident, seen);
  }
  return true;
}

ResidencyAnswer readResidency(const OpenFile& file, const Buckets& buckets, uint8_t* into) {
  const FileKind kind = file.facts.kind;
  if (kind != FileKind::kRegular && kind != FileKind::kBlock) return {};
  // /proc and its like have no page cache: cachestat(2) would answer 0 and mean nothing by it.
  const int64_t end = endOf(file.fd.get());
  const std::string system = fileSystemName(file.facts.fileSystemType);
  if (end < 0 || system == "proc" || system == "sysfs") return {};

  const int error = byCachestat(file.fd.get(), buckets, static_cast<uint64_t>(end), into);
  if (error == 0) return {ResidencyMethod::kCachestat, false};
  std::memset(into, 0, buckets.count);
  if (error != ENOSYS && error != EPERM) return {};
  // ENOSYS: before Linux 6.5. EPERM: not ours to know, or, where the file is ours, a seccomp filter's word
  // for ENOSYS.
  if (!mincoreIsTruthful(file)) return {ResidencyMethod::kRefused, false};
  bool sampled = false;
  const auto count = [&file](uint64_t first, uint64_t pages, uint64_t* resident) {
    return countResident(file.fd.get(), first, pages, resident);
  };
  if (sharesBySpans(buckets, static_cast<uint64_t>(end), count, into, &sampled)) {
    return {ResidencyMethod::kMincore, sampled};
  }
  std::memset(into, 0, buckets.count);
  return {};
}

}  // namespace memglass
