#pragma once
// Which parts of a file hold data and which are holes.

#include "buckets.h"
#include "file_open.h"

namespace memglass {

/** Fills `into[buckets.count]` by SEEK_DATA and SEEK_HOLE; false where the file system cannot tell. */
bool readAllocation(const OpenFile& file, const Buckets& buckets, uint8_t* into);

}  // namespace memglass
