#pragma once
// Everything in a folder such as /dev/shm, its subfolders included, looked at without opening or following
// any of it.

#include <cstdint>
#include <string>
#include <vector>

#include "columns.h"
#include "failure.h"

namespace memglass {

/** In the order of `entryKinds` in native/index.d.ts. */
enum class EntryKind : uint8_t {
  kRegular,
  kDirectory,
  kSymlink,
  kFifo,
  kSocket,
  kCharacter,
  kBlock,
  kOther,
};
constexpr const char* kEntryKindNames[] = {"regular", "directory", "symlink", "fifo",
                                           "socket",  "character", "block",   "other"};

/** statfs(2). */
struct FolderSpace {
  uint64_t type = 0;
  uint64_t blockSize = 0;
  uint64_t bytes = 0;
  uint64_t freeBytes = 0;
  uint64_t availableBytes = 0;
};

struct FolderListing {
  NameTable names;
  std::vector<uint8_t> kinds;
  std::vector<uint64_t> devs, inos, sizes, allocated;
  std::vector<uint32_t> modes, uids, gids;
  std::vector<int64_t> modified, changed, born;

  /** Subfolders whose entries could not be listed. */
  struct Refused {
    std::string folder;
    int error;
  };
  std::vector<Refused> refused;
  bool truncated = false;
  FolderSpace space;
};

Failure listFolder(const std::string& path, FolderListing* listing);

/** Space of the file system that an open file or folder is on. */
Failure readSpace(int fd, FolderSpace* space);

}  // namespace memglass
