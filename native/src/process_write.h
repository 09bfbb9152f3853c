#pragma once
// Bytes into the memory of another process, by /proc/PID/mem.

#include <cstdint>
#include <string>

#include "failure.h"
#include "process_folder.h"

namespace memglass {

/**
 * Writes `bytes` at `address` if `expected` (as many) stands there now; else `*differs`, `*now` has what does
 * stand there, and nothing is written. Between the look and the store lie some microseconds: Linux has no
 * call that does both. Fails as openProcess does, with EACCES or EPERM where it is refused, and with EIO
 * where the kernel writes nothing: a shared mapping without the right to write, a page that is not there.
 */
Failure writeMemory(const ProcessKey& key, uint64_t address, const std::string& expected,
                    const std::string& bytes, bool* differs, std::string* now, size_t* written);

}  // namespace memglass
