#pragma once
// The memory of another process, read so that looking brings nothing into its page tables.

#include "file_read.h"

namespace memglass {

/**
 * Reads from /proc/PID/mem where /proc/PID/pagemap, open as `pagemap`, has a page or a place in the swap.
 * Pages that are not there are faults with ENODATA, guard pages with EFAULT. Nothing is answered where the
 * address space has ended.
 */
ReadOutcome readPresent(OpenFile& memory, int pagemap, uint64_t address, uint8_t* into, size_t length);

}  // namespace memglass
