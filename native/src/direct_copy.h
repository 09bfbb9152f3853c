#pragma once
// Copying past the page cache of the new file: the disk takes the bytes from where they were read to.

#include <cstdint>

#include "failure.h"
#include "save_request.h"

namespace memglass {

/** What the places and lengths in the new file must be multiples of. */
constexpr uint64_t kDirectBlock = 4096;

/**
 * Copies a range without holes into a hole of `to`, reading while the disk writes. `isDone` stays false,
 * without a failure, where the file system or the system has no such way; what it wrote by then is to be
 * written again. ESTALE where `from` ends before.
 */
Failure copyDirect(int from, uint64_t source, int to, uint64_t target, uint64_t length,
                   SaveProgress& progress, bool* isDone);

}  // namespace memglass
