#include "process_fds.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "maps_line.h"

namespace memglass {
namespace {

// What is cached will do: a descriptor on a dead network server must not be asked about over the network.
constexpr int kNoNetwork = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;

/** False where it is none of ours, or closed meanwhile. */
bool look(int processFolder, int folder, const char* number, SharedMemoryDevices* devices,
          SharedDescriptor* descriptor) {
  struct statx object;
  if (::statx(folder, number, kNoNetwork, STATX_BASIC_STATS, &object) != 0) return false;
  if (!S_ISREG(object.stx_mode)) return false;
  descriptor->dev = makedev(object.stx_dev_major, object.stx_dev_minor);
  if (!devices->has(descriptor->dev, processFolder) && object.stx_nlink != 0) return false;
  // proc(5): the rights of the link are those the file was opened with.
  struct statx link;
  if (::statx(folder, number, kNoNetwork | AT_SYMLINK_NOFOLLOW, STATX_MODE, &link) != 0) return false;
  char name[PATH_MAX];
  const ssize_t length = ::readlinkat(folder, number, name, sizeof name);
  if (length < 0 && errno != ENAMETOOLONG) return false;
  descriptor->fd = static_cast<uint32_t>(std::strtoul(number, nullptr, 10));
  descriptor->access = static_cast<uint8_t>(((link.stx_mode & S_IRUSR) != 0 ? kRead : 0) |
                                            ((link.stx_mode & S_IWUSR) != 0 ? kWrite : 0));
  descriptor->nlink = object.stx_nlink;
  descriptor->ino = object.stx_ino;
  descriptor->size = object.stx_size;
  descriptor->allocated = object.stx_blocks * 512;
  if (length > 0) descriptor->name.assign(name, static_cast<size_t>(length));
  return true;
}

}  // namespace

int readDescriptors(int processFolder, SharedMemoryDevices* devices, std::vector<SharedDescriptor>* found) {
  const int fd = ::openat64(processFolder, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno;
  DIR* stream = ::fdopendir(fd);
  if (stream == nullptr) {
    const int error = errno;
    ::close(fd);
    return error;
  }
  errno = 0;
  for (const dirent64* entry = ::readdir64(stream); entry != nullptr; entry = ::readdir64(stream)) {
    if (entry->d_name[0] != '.') {
      SharedDescriptor descriptor;
      if (look(processFolder, fd, entry->d_name, devices, &descriptor))
        found->push_back(std::move(descriptor));
    }
    errno = 0;
  }
  const int error = errno;
  ::closedir(stream);
  return error;
}

}  // namespace memglass
