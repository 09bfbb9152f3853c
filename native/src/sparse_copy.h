#pragma once
// Copying ranges from file to file within the kernel, where it can: blocks are shared rather than copied on
// file systems that do that. Holes stay holes.

#include <cstdint>

#include "failure.h"
#include "save_request.h"

namespace memglass {

/** ESTALE where `from` ends before. The range in `to` must be a hole. */
Failure copySparse(int from, uint64_t source, int to, uint64_t target, uint64_t length,
                   SaveProgress& progress);

}  // namespace memglass
