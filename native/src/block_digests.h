#pragma once
// Digests of blocks of a file: they tell later whether bytes that are too many to be kept are still the same.

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "file_open.h"
#include "save_request.h"

namespace memglass {

constexpr size_t kDigestBytes = 16;

/** Zeros stand for a block of which nobody knows what was there. */
using BlockDigest = std::array<uint8_t, kDigestBytes>;

/**
 * Holes are skipped, and no different from the zeros that they read as: of BLAKE2b over each page of the
 * block that has other bytes, its number in the block before it. False where not all of it can be read, or
 * `goesOn` said no; that is asked now and then, with the bytes done since.
 */
bool digestOf(int fd, const SaveBlock& block, const std::function<bool(uint64_t)>& goesOn,
              BlockDigest* digest);

/**
 * Of each block, one after the other. What is read after somebody has written to the file is not what was
 * there when it was opened: zeros then, as for what cannot be read. ECANCELED.
 */
Failure takeDigests(const OpenFile& file, const std::vector<SaveBlock>& blocks, SaveProgress& progress,
                    std::vector<uint8_t>* digests);

/** Looks whether blocks still are what digests tell. */
class BlockChecks {
 public:
  /** Before the file is opened for writing. */
  BlockChecks(const OpenFile& file, const SaveRequest& request);

  /**
   * Adds those that are others, or may be: where others write to the file all the time nobody can tell.
   * Numbers go on from those of the checks. ECANCELED.
   */
  Failure look(SaveProgress& progress, std::vector<uint32_t>* changed);
  /** Again, unless it is sure that nobody has written since: it takes as long as reading does. */
  Failure lookAgain(SaveProgress& progress, std::vector<uint32_t>* changed);
  /** What was written since the last look was ours. */
  Failure noteOwn();

 private:
  Failure pass(SaveProgress& progress, std::vector<uint32_t>* changed);

  const OpenFile& file_;
  const SaveRequest& request_;
  /** Whether its time tells of every store. */
  bool isTold_ = false;
  FileFacts seen_;
};

}  // namespace memglass
