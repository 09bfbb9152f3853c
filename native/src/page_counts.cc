#include "page_counts.h"

#include <algorithm>

#include "guarded_copy.h"

namespace memglass {
namespace {

/** Each page is one of these, or none: kPageCounts. */
size_t kindOf(uint8_t flags) {
  if ((flags & kPageGuard) != 0) return kCountGuard;
  if ((flags & kPageSwapped) != 0) return kCountSwapped;
  if ((flags & kPagePresent) == 0) return kPageCounts;
  if ((flags & kPageZero) != 0) return kCountZero;
  return (flags & kPageFileOrShared) != 0 ? kCountFile : kCountAnonymous;
}

class Counter : public PageSink {
 public:
  Counter(uint64_t firstPage, uint64_t pages, size_t parts, PageCountColumns* counts)
      : firstPage_(firstPage), pages_(pages), parts_(parts), counts_(*counts) {}

  void clear() override {
    for (auto& column : counts_) column.assign(parts_, 0);
  }

  void take(uint64_t page, const uint8_t* flags, size_t count) override {
    const uint64_t from = page - firstPage_;
    for (size_t i = 0; i < count;) {
      const size_t part = partOf(from + i);
      const size_t end = std::min<uint64_t>(count, endOf(part) - from);
      for (; i < end; ++i) add(part, flags[i]);
    }
  }

 private:
  size_t partOf(uint64_t page) const {
    return static_cast<size_t>(static_cast<unsigned __int128>(page) * parts_ / pages_);
  }

  /** The first page behind a part. */
  uint64_t endOf(size_t part) const {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(part + 1) * pages_ + parts_ - 1) / parts_);
  }

  void add(size_t part, uint8_t flags) {
    const size_t kind = kindOf(flags);
    if (kind == kPageCounts) return;
    ++counts_[kind][part];
    if ((flags & kPageExclusive) != 0) ++counts_[kCountExclusive][part];
    if ((flags & kPageSoftDirty) != 0) ++counts_[kCountSoftDirty][part];
    if ((flags & kPageHuge) != 0) ++counts_[kCountHuge][part];
  }

  const uint64_t firstPage_;
  const uint64_t pages_;
  const size_t parts_;
  PageCountColumns& counts_;
};

}  // namespace

Failure countPages(const ProcessKey& key, uint64_t start, uint64_t pages, size_t parts,
                   const std::atomic<bool>& canceled, PageCountColumns* counts) {
  Counter counter(start / pageSize(), pages, parts, counts);
  counter.clear();
  return visitPages(key, start, pages, canceled, &counter);
}

}  // namespace memglass
