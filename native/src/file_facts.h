#pragma once
// What the kernel says about a file: statx(2) and fstatfs(2), on a descriptor that may be O_PATH.

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "failure.h"

namespace memglass {

enum class FileKind { kRegular, kBlock, kCharacter, kDirectory, kFifo, kSocket, kOther };

struct FileFacts {
  FileKind kind = FileKind::kOther;
  uint64_t dev = 0;
  uint64_t ino = 0;
  uint32_t rdevMajor = 0;
  uint32_t rdevMinor = 0;
  uint32_t mode = 0;
  uint32_t uid = 0;
  uint32_t gid = 0;
  uint32_t nlink = 0;
  /** st_size; a block device's is 0 here, ask `endOf` on an open descriptor. */
  uint64_t size = 0;
  uint64_t allocated = 0;
  int64_t mtimeNs = 0;
  /** Of the last change of anything; nobody can set it back. */
  int64_t ctimeNs = 0;
  /** statfs f_type. */
  uint64_t fileSystemType = 0;
};

/** Everything. */
Failure readFacts(int fd, FileFacts* facts);
/** Without the file system's type: one call. */
Failure readStat(int fd, FileFacts* facts);
/** The same for what a path names now (symlinks are followed). */
Failure readPathStat(const char* path, FileFacts* facts);
/** The same, of a symlink itself where the path names one. */
Failure readLinkStat(const char* path, FileFacts* facts);

inline bool isSameFile(const FileFacts& a, const FileFacts& b) { return a.dev == b.dev && a.ino == b.ino; }

/** lseek(2) SEEK_END: fresh, cheap, and right for block devices too. Negative: -errno (EINVAL on most of
 * /proc). */
int64_t endOf(int fd);

/** `ext4`, `tmpfs`, …; `0x…` where unknown. */
std::string fileSystemName(uint64_t type);
/** Whether the file system is a local disk's, on which reading through a mapping is harmless (the reason:
 * .cc). */
bool isLocalDisk(uint64_t type);

}  // namespace memglass
