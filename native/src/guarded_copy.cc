#include "guarded_copy.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "descriptor.h"

namespace memglass {

size_t pageSize() {
  static const size_t size = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

int64_t guardedCopy(void* into, const void* from, size_t length) {
  // The pid is asked once: it is a system call of its own. Extension hosts never fork without exec.
  static const pid_t self = ::getpid();
  const iovec local{into, length};
  const iovec remote{const_cast<void*>(from), length};
  // The libc wrapper, not syscall(2): AddressSanitizer checks `local` in the wrapper.
  ssize_t copied;
  do {
    copied = ::process_vm_readv(self, &local, 1, &remote, 1, 0);
  } while (copied < 0 && errno == EINTR);
  return copied < 0 ? -errno : copied;
}

int64_t copyFromMemory(void* into, const void* from, size_t length) {
  if (canCopyGuarded()) return guardedCopy(into, from, length);
  const Descriptor memory(::open64("/proc/self/mem", O_RDONLY | O_CLOEXEC));
  if (!memory.valid()) return -errno;
  const ssize_t copied = ::pread64(memory.get(), into, length, reinterpret_cast<off64_t>(from));
  return copied < 0 ? -errno : copied;
}

int64_t copyToMemory(void* into, const void* from, size_t length) {
  if (!canCopyGuarded()) {
    const Descriptor memory(::open64("/proc/self/mem", O_RDWR | O_CLOEXEC));
    if (!memory.valid()) return -errno;
    const ssize_t copied = ::pwrite64(memory.get(), from, length, reinterpret_cast<off64_t>(into));
    return copied < 0 ? -errno : copied;
  }
  const iovec local{const_cast<void*>(from), length};
  const iovec remote{into, length};
  ssize_t copied;
  do {
    copied = ::process_vm_writev(::getpid(), &local, 1, &remote, 1, 0);
  } while (copied < 0 && errno == EINTR);
  return copied < 0 ? -errno : copied;
}

bool canCopyGuarded() {
  static const bool can = [] {
    const char from = 1;
    char into = 0;
    return guardedCopy(&into, &from, 1) == 1;
  }();
  return can;
}

}  // namespace memglass
