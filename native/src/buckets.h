#pragma once
// A range of a file cut into equal buckets, as a minimap shows it.

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace memglass {

struct Buckets {
  uint64_t offset;
  uint64_t length;
  size_t count;

  uint64_t start(size_t bucket) const {
    return offset + static_cast<uint64_t>(static_cast<unsigned __int128>(length) * bucket / count);
  }
  uint64_t end(size_t bucket) const { return start(bucket + 1); }
};

/** 0 none … 255 all; 1 at least where anything is. */
inline uint8_t shareOf(uint64_t part, uint64_t whole) {
  if (part == 0 || whole == 0) return 0;
  if (part >= whole) return 255;
  const auto share = static_cast<uint64_t>(static_cast<unsigned __int128>(part) * 255 / whole);
  return static_cast<uint8_t>(std::max<uint64_t>(share, 1));
}

}  // namespace memglass
