#pragma once
// PROCMAP_QUERY (Linux 6.11): one mapping of an address space, its name in raw bytes.

#include <cstdint>

namespace memglass {

// linux/fs.h; older headers have none.
struct ProcmapQuery {
  uint64_t size, flags, address;
  uint64_t start, end, rights, pageSize, offset, inode;
  uint32_t devMajor, devMinor, nameSize, buildIdSize;
  uint64_t nameAddress, buildIdAddress;
};
static_assert(sizeof(ProcmapQuery) == 104);

/** A filter beside the bits of maps_line.h. */
constexpr uint64_t kFileBacked = 0x20;

/**
 * The mapping that holds `address`, or the next one, which passes the filter. `name` has room for PATH_MAX
 * bytes, or is null where it is not wanted; what is found has `nameSize` bytes of it, the NUL included. 0, or
 * the errno: ENOENT where there is none, ENOTTY where the kernel has no such call, ENAMETOOLONG, ESRCH.
 */
int queryMapping(int maps, uint64_t address, uint64_t filter, char* name, ProcmapQuery* found);

}  // namespace memglass
