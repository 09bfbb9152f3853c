#include "memory_read.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "guarded_copy.h"

namespace memglass {
namespace {

/** Documentation/admin-guide/mm/pagemap.rst of the kernel. */
constexpr uint64_t kPresent = uint64_t{1} << 63;
constexpr uint64_t kSwapped = uint64_t{1} << 62;
/** Its mark stands where the place in the swap would. */
constexpr uint64_t kGuard = uint64_t{1} << 58;

/** The fault that stands for a page, or 0. */
int faultOf(uint64_t entry) {
  if ((entry & kGuard) != 0) return EFAULT;
  return (entry & (kPresent | kSwapped)) != 0 ? 0 : ENODATA;
}

}  // namespace

ReadOutcome readPresent(OpenFile& memory, int pagemap, uint64_t address, uint8_t* into, size_t length) {
  ReadOutcome outcome;
  if (length == 0) return outcome;
  const uint64_t page = pageSize();
  const uint64_t first = address / page;
  std::vector<uint64_t> entries((address + length - 1) / page - first + 1);
  const size_t wanted = entries.size() * sizeof(uint64_t);
  const auto at = static_cast<off64_t>(first * sizeof(uint64_t));
  if (::pread64(pagemap, entries.data(), wanted, at) != static_cast<ssize_t>(wanted)) return outcome;
  for (size_t i = 0; i < entries.size();) {
    const int fault = faultOf(entries[i]);
    size_t next = i + 1;
    while (next < entries.size() && faultOf(entries[next]) == fault) ++next;
    const uint64_t start = std::max(address, (first + i) * page);
    const auto bytes = static_cast<size_t>(std::min(address + length, (first + next) * page) - start);
    if (fault != 0) {
      addFault(&outcome.faults, start, bytes, fault);
      outcome.length += bytes;
    } else {
      const ReadOutcome part = readRange(memory, start, into + outcome.length, bytes);
      for (const ReadFault& each : part.faults)
        addFault(&outcome.faults, each.offset, each.length, each.error);
      outcome.length += part.length;
      if (part.length < bytes) break;
    }
    i = next;
  }
  return outcome;
}

}  // namespace memglass
