#pragma once
// Which parts of a file are in the page cache.

#include <functional>

#include "buckets.h"
#include "file_open.h"

namespace memglass {

enum class ResidencyMethod { kCachestat, kMincore, kRefused, kUnsupported };

struct ResidencyAnswer {
  ResidencyMethod method = ResidencyMethod::kUnsupported;
  bool sampled = false;
};

/** Pages that mincore(2) is asked about at a time. */
constexpr uint64_t kSpanPages = 1024;
/** Adds to `resident` how many of `pages` (kSpanPages at most) from `first` on are; false where none can say.
 */
using SpanCounter = std::function<bool(uint64_t first, uint64_t pages, uint64_t* resident)>;
/** Counts each bucket up to `end`, or samples it where it is large. */
bool sharesBySpans(const Buckets& buckets, uint64_t end, const SpanCounter& count, uint8_t* into,
                   bool* sampled);

/** Fills `into[buckets.count]`. Nothing is read from the file and no page of it is touched. */
ResidencyAnswer readResidency(const OpenFile& file, const Buckets& buckets, uint8_t* into);

}  // namespace memglass
