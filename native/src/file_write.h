#pragma once
// Changing an open file's bytes and size. It is opened for writing when that is first asked for, and as the
// very inode that is read.

#include <cstddef>
#include <cstdint>

#include "file_open.h"
#include "posix_object.h"

namespace memglass {

/** Opens the inode behind the descriptor, whatever has become of its path, once and for all. */
Failure openForWriting(OpenFile& file);

/** ESTALE where the file is another, or has another size. */
Failure checkExpected(const OpenFile& file, const ExpectedObject& expected);

/**
 * Writes all of it, or says what went before the failure. Never past the end: the size is checked, and again
 * right before (a shrink in the microsecond between that and pwrite(2) would be undone; nothing in Linux
 * prevents it).
 */
Failure writeRange(OpenFile& file, uint64_t offset, const uint8_t* bytes, size_t length,
                   const ExpectedObject& expected, size_t* written);

Failure resizeFile(OpenFile& file, uint64_t size, bool reserve, const ExpectedObject& expected);

enum class Flush { kSync, kAsync, kInvalidate };
Failure flushFile(const OpenFile& file, Flush how);

/** F_SEAL_… bits; -1 for a file that can have none. */
Failure readSeals(const OpenFile& file, int* seals);

}  // namespace memglass
