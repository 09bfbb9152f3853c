#pragma once
// pread(2) and pwrite(2) of a whole range: they may do less than they were asked to.

#include <cstddef>
#include <cstdint>

#include "failure.h"

namespace memglass {

/** Writes all of it, or says how much went before the failure. */
Failure writeWhole(int fd, const uint8_t* bytes, size_t length, uint64_t offset, size_t* written);

/** Reads as much as there is. `got` is less than `length` only at the end of the file. */
Failure readWhole(int fd, uint8_t* into, size_t length, uint64_t offset, size_t* got);

/** For tests: what one pwrite(2) is given at most, as if the kernel took no more. 0 is no limit. */
void limitWrites(size_t most);

}  // namespace memglass
