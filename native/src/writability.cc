#include "writability.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "file_write.h"

namespace memglass {
namespace {

constexpr int kSealWrite = 8;
constexpr int kSealFutureWrite = 16;

Writability fromErrno(int error) {
  switch (error) {
    case EROFS:
      return Writability::kMount;
    case EPERM:
      return Writability::kImmutable;
    case ETXTBSY:
      return Writability::kRunning;
    default:
      return Writability::kMode;
  }
}

bool isAppendOnly(int fd) {
  struct statx status;
  if (::statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) != 0) return false;
  return (status.stx_attributes & STATX_ATTR_APPEND) != 0;
}

}  // namespace

Failure readWritability(const OpenFile& file, Writability* answer) {
  const int fd = file.fd.get();
  *answer = Writability::kYes;
  if (file.facts.kind != FileKind::kRegular && file.facts.kind != FileKind::kBlock) {
    *answer = Writability::kKind;
    return {};
  }
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  // The kernel asks mode, ACL, mount and security modules; as whom we would open it, which access(2) does
  // not.
  if (::faccessat(AT_FDCWD, link.c_str(), W_OK, AT_EACCESS) != 0) {
    if (errno != EROFS && errno != EPERM && errno != EACCES) return {errno, "faccessat"};
    *answer = fromErrno(errno);
    return {};
  }
  int isReadOnly = 0;
  if (file.facts.kind == FileKind::kBlock) {
    if (::ioctl(fd, BLKROGET, &isReadOnly) == 0 && isReadOnly != 0) *answer = Writability::kDevice;
    return {};
  }
  if (isAppendOnly(fd)) {
    *answer = Writability::kAppendOnly;
    return {};
  }
  int seals = -1;
  if (Failure failure = readSeals(file, &seals)) return failure;
  if (seals > 0 && (seals & (kSealWrite | kSealFutureWrite)) != 0) {
    *answer = Writability::kSealed;
    return {};
  }
  FileFacts now;
  if (Failure failure = readStat(fd, &now)) return failure;
  if ((now.mode & 0111) == 0) return {};
  const Descriptor tried(::open64(link.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!tried.valid()) *answer = fromErrno(errno);
  return {};
}

}  // namespace memglass
