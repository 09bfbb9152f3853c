#pragma once
// Storing a number of 1, 2, 4 or 8 bytes into shared memory as one: who reads it at the same time finds the
// old one or the new one, never a part of each.

#include <cstdint>
#include <optional>

#include "file_open.h"
#include "posix_object.h"

namespace memglass {

struct NumberStore {
  uint64_t offset = 0;
  /** 1, 2, 4 or 8, and the offset is a multiple of it. */
  uint32_t width = 0;
  /** In the machine's byte order. */
  uint64_t value = 0;
  /** Only where this is still there. */
  std::optional<uint64_t> ifStill;
};

/** `found` is what was there before. Resolves to false in `stored` where that was not `ifStill`. */
Failure storeNumber(OpenFile& file, const NumberStore& store, const ExpectedObject& expected, bool* stored,
                    uint64_t* found);

/** The same at an address of mapped memory. */
Failure storeMapped(void* address, const NumberStore& store, bool* stored, uint64_t* found);

}  // namespace memglass
