#pragma once
// Whether a file still is what the user saw when he edited it.

#include "file_open.h"
#include "save_request.h"

namespace memglass {

/** ESTALE where it is another file, or has another size, or its path leads to another now. */
Failure checkIdentity(const OpenFile& file, const ExpectedObject& expected);

/** Compares the bytes under the edits; names the first few that differ, or cannot be read. */
Failure checkOriginals(int fd, const SaveRequest& request, const SaveProgress& progress,
                       std::vector<uint32_t>* changed);

}  // namespace memglass
