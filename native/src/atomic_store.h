#pragma once
// Storing into shared memory while others use it: what lies within 8 bytes at a multiple of 8 as one, so that
// who reads them at the same time finds the old ones or the new ones, never a part of each.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "file_open.h"

namespace memglass {

struct Store {
  uint64_t offset = 0;
  std::string bytes;
  /** As many: only where these stand there. */
  std::optional<std::string> ifStill;
};

struct Stored {
  /** Bytes from the offset on. */
  size_t count = 0;
  /** All of them were stored as one. */
  bool isAtomic = false;
  /** What stands from `count` on instead of what should; empty where all was stored. */
  std::string now;
};

/** Fills `into` with what stands from so many bytes into the store on. */
using Look = std::function<Failure(size_t from, std::string* into)>;

/** Whether all of it lies within 8 bytes at a multiple of 8, which one instruction can exchange. */
bool isStoredAsOne(const Store& store);

/**
 * Stores at an address of mapped memory, as one or a number after the other, each only where what should
 * stand there does, in the instruction that stores it. Where there are several, all are looked at first, and
 * nothing is stored where one differs. EFAULT: there is no memory for it, or the file was cut;
 * `stored->count` went before.
 */
Failure storeMapped(uint8_t* address, const Store& store, const Look& look, Stored* stored);

/**
 * Stores into the open file. ERANGE past its end as it is now, which is never moved. What cannot be mapped
 * (ENODEV) is compared and written by calls: then some microseconds lie between, and nothing is stored as
 * one.
 */
Failure storeInFile(OpenFile& file, const Store& store, Stored* stored);

}  // namespace memglass
