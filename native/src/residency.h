#pragma once
// Which parts of a file are in the page cache.

#include "buckets.h"
#include "file_open.h"

namespace memglass {

enum class ResidencyMethod { kCachestat, kMincore, kRefused, kUnsupported };

struct ResidencyAnswer {
  ResidencyMethod method = ResidencyMethod::kUnsupported;
  bool sampled = false;
};

/** Fills `into[buckets.count]`. Nothing is read from the file and no page of it is touched. */
ResidencyAnswer readResidency(const OpenFile& file, const Buckets& buckets, uint8_t* into);

}  // namespace memglass
