#pragma once
// Copies out of a mapping without ever loading from it.

#include <cstddef>
#include <cstdint>

namespace memglass {

/** sysconf(_SC_PAGESIZE): 4, 16 or 64 KiB. */
size_t pageSize();

/**
 * Copies up to `length` bytes from mapped memory. A load from a page past the end of a truncated file raises
 * SIGBUS; the kernel's copy answers EFAULT instead, or gives what lies before such a page. Returns the count,
 * or -errno.
 *
 * The count is not clamped to the file: the rest of the last page reads as zeros that are not in the file.
 */
int64_t guardedCopy(void* into, const void* from, size_t length);

/**
 * The same both ways, and where process_vm_readv(2) is forbidden by way of /proc/self/mem, which is slower
 * and says EIO for EFAULT. Stores into memory that may not be written are EFAULT or EIO too.
 */
int64_t copyFromMemory(void* into, const void* from, size_t length);
int64_t copyToMemory(void* into, const void* from, size_t length);

/** Whether this process may copy so at all: seccomp filters answer EPERM or ENOSYS. Asked once. */
bool canCopyGuarded();

}  // namespace memglass
