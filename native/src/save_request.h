#pragma once
// What a save is asked to make of a file, and what it tells while it runs.

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "posix_object.h"

namespace memglass {

/** Bytes of the new file, from those of the request or from the file as it is. */
struct SavePiece {
  static constexpr uint64_t kBytes = ~uint64_t{0};
  uint64_t offset;
  uint64_t length;
  /** An offset of the old file, or kBytes. */
  uint64_t source;
  /** Where they stand in the request, for kBytes. */
  size_t at;
};

/** What the user saw in the old file. */
struct SaveCheck {
  uint64_t offset;
  size_t length;
  /** Where it stands in `originals`. */
  size_t at;
};

/** A part of the old file that its digest is known of. */
struct SaveBlock {
  uint64_t offset;
  uint64_t length;
};

struct SaveRequest {
  ExpectedObject expected;
  uint64_t newSize = 0;
  /** In order, and none over another. */
  std::vector<SavePiece> pieces;
  std::string bytes;
  std::vector<SaveCheck> checks;
  std::string originals;
  std::vector<SaveBlock> blocks;
  /** Of what the user deleted there, one after the other. */
  std::string digests;
};

/** Between the thread that saves and the one that asks. */
struct SaveProgress {
  std::atomic<uint64_t> done{0};
  std::atomic<uint64_t> total{0};
  std::atomic<bool> canceled{false};
  /** Its journal is there: whatever fails from now on is completed from it. */
  std::atomic<bool> hasJournal{false};
};

struct SaveOutcome {
  /** Indexes of the checks that failed, and of the blocks behind them, the first few: nothing was written
   * then. */
  std::vector<uint32_t> changed;
};

inline const uint8_t* bytesOf(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

}  // namespace memglass
