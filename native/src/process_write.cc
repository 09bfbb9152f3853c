#include "process_write.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "descriptor.h"

namespace memglass {
namespace {

Failure readAll(int mem, uint64_t address, std::string* into) {
  for (size_t done = 0; done < into->size();) {
    const ssize_t got =
        ::pread64(mem, into->data() + done, into->size() - done, static_cast<off64_t>(address + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {errno, "pread64"};
    // The address space has ended, with its process or by exec(2).
    if (got == 0) return {ESRCH, "pread64"};
    done += static_cast<size_t>(got);
  }
  return {};
}

}  // namespace

Failure writeMemory(const ProcessKey& key, uint64_t address, const std::string& expected,
                    const std::string& bytes, bool* differs, std::string* now, size_t* written) {
  Descriptor folder;
  if (Failure failure = openProcess(key, &folder)) return failure;
  const Descriptor mem(::openat64(folder.get(), "mem", O_RDWR | O_CLOEXEC));
  if (!mem.valid()) return {isGone(errno) ? ESRCH : errno, "openat"};
  now->resize(expected.size());
  if (Failure failure = readAll(mem.get(), address, now)) return failure;
  *differs = *now != expected;
  if (*differs) return {};
  while (*written < bytes.size()) {
    const ssize_t put = ::pwrite64(mem.get(), bytes.data() + *written, bytes.size() - *written,
                                   static_cast<off64_t>(address + *written));
    if (put > 0) {
      *written += static_cast<size_t>(put);
    } else if (put == 0) {
      return {ESRCH, "pwrite64"};
    } else if (errno != EINTR) {
      return {errno, "pwrite64"};
    }
  }
  return {};
}

}  // namespace memglass
