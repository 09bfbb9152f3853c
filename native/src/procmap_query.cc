#include "procmap_query.h"

#include <limits.h>
#include <sys/ioctl.h>

#include <cerrno>

namespace memglass {
namespace {

constexpr unsigned long kProcmapQuery = 0xc0686611;
constexpr uint64_t kCoveringOrNext = 0x10;

}  // namespace

int queryMapping(int maps, uint64_t address, uint64_t filter, char* name, ProcmapQuery* found) {
  *found = {};
  found->size = sizeof *found;
  found->flags = kCoveringOrNext | filter;
  found->address = address;
  if (name != nullptr) {
    found->nameSize = PATH_MAX;
    found->nameAddress = reinterpret_cast<uint64_t>(name);
  }
  int result;
  do {
    result = ::ioctl(maps, kProcmapQuery, found);
  } while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
}

}  // namespace memglass
