#pragma once
// What a folder lists, on the disk: a file that was made, renamed or removed is so after a power loss, too.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "descriptor.h"
#include "failure.h"

namespace memglass {

/** `/` for what is right below it. */
inline std::string folderOf(const std::string& path) {
  return path.substr(0, std::max<size_t>(1, path.rfind('/')));
}

inline Failure syncFolderOf(const std::string& path) {
  const Descriptor folder(::open64(folderOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return {errno, "openat"};
  // Some file systems have nothing to do for a folder, and say so.
  if (::fsync(folder.get()) == 0 || errno == EINVAL) return {};
  return {errno, "fsync"};
}

}  // namespace memglass
