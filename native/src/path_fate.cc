#include "path_fate.h"

#include <limits.h>
#include <unistd.h>

#include <cerrno>

namespace memglass {
namespace {

bool endsWithDeleted(const std::string& text) {
  static const std::string mark = " (deleted)";
  return text.size() > mark.size() && text.compare(text.size() - mark.size(), mark.size(), mark) == 0;
}

/** The path is gone. Whether the file is, or where it is now. */
PathFate fateWithoutPath(const OpenFile& file, const FileFacts& now) {
  if (now.nlink == 0) return {PathFateKind::kDeleted, {}, 0};
  char target[PATH_MAX];
  const std::string link = "/proc/self/fd/" + std::to_string(file.fd.get());
  const ssize_t length = ::readlink(link.c_str(), target, sizeof target);
  if (length < 0) return {PathFateKind::kUnknown, {}, errno};
  const std::string name(target, static_cast<size_t>(length));
  // The kernel's name is believed only if it leads to this very file: it may be cut, marked ` (deleted)`, or
  // that of another mount namespace.
  FileFacts there;
  if (name[0] == '/' && !readPathStat(name.c_str(), &there) && isSameFile(there, now)) {
    return {PathFateKind::kMoved, name, 0};
  }
  // This name is gone; the file lives on under other hard links, which nobody can list.
  if (endsWithDeleted(name)) return {PathFateKind::kDeleted, {}, 0};
  return {PathFateKind::kUnmounted, {}, 0};
}

}  // namespace

Failure probeFile(const OpenFile& file, FileProbe* probe) {
  if (Failure failure = readStat(file.fd.get(), &probe->now)) return failure;
  if (probe->now.kind == FileKind::kBlock) {
    const int64_t end = endOf(file.fd.get());
    probe->now.size = end < 0 ? 0 : static_cast<uint64_t>(end);
  }
  FileFacts there;
  const Failure gone = readPathStat(file.path.c_str(), &there);
  if (!gone) {
    probe->path = {isSameFile(there, probe->now) ? PathFateKind::kSame : PathFateKind::kReplaced, {}, 0};
  } else if (gone.error == ENOENT || gone.error == ENOTDIR) {
    probe->path = fateWithoutPath(file, probe->now);
  } else {
    probe->path = {PathFateKind::kUnknown, {}, gone.error};
  }
  return {};
}

}  // namespace memglass
