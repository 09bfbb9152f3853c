#pragma once
// Reading a range of an open file: through a window or by pread(2), with what cannot be read named instead of
// thrown.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "file_open.h"

namespace memglass {

struct ReadFault {
  uint64_t offset;
  uint64_t length;
  int error;
};

struct ReadOutcome {
  /** Bytes answered from the offset on, given or in `faults`. Less than asked only where the file ended. */
  size_t length = 0;
  /** In order, neighbours of one error merged. */
  std::vector<ReadFault> faults;
};

/** Reads by the file's strategy. Bytes of `into` inside a fault and past the outcome's length are left as
 * they are. */
ReadOutcome readRange(OpenFile& file, uint64_t offset, uint8_t* into, size_t length);

/** By pread(2) alone. */
ReadOutcome readPlain(int fd, uint64_t offset, uint8_t* into, size_t length);

/** Appends a fault, or lengthens the last one where it goes on. */
void addFault(std::vector<ReadFault>* faults, uint64_t offset, uint64_t length, int error);

}  // namespace memglass
