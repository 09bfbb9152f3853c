#include "folder_list.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstring>

#include "descriptor.h"

namespace memglass {
namespace {

/** A bound for a folder that somebody fills as fast as we list. */
constexpr size_t kMaxEntries = 1'000'000;
constexpr int kMaxDepth = 64;

EntryKind kindOf(uint32_t mode) {
  if (S_ISREG(mode)) return EntryKind::kRegular;
  if (S_ISDIR(mode)) return EntryKind::kDirectory;
  if (S_ISLNK(mode)) return EntryKind::kSymlink;
  if (S_ISFIFO(mode)) return EntryKind::kFifo;
  if (S_ISSOCK(mode)) return EntryKind::kSocket;
  if (S_ISCHR(mode)) return EntryKind::kCharacter;
  if (S_ISBLK(mode)) return EntryKind::kBlock;
  return EntryKind::kOther;
}

int64_t nanoseconds(const statx_timestamp& time) { return time.tv_sec * 1000000000LL + time.tv_nsec; }

void addEntry(const std::string& name, const struct statx& found, FolderListing* listing) {
  listing->names.add(name);
  listing->kinds.push_back(static_cast<uint8_t>(kindOf(found.stx_mode)));
  listing->devs.push_back(makedev(found.stx_dev_major, found.stx_dev_minor));
  listing->inos.push_back(found.stx_ino);
  listing->sizes.push_back(found.stx_size);
  listing->allocated.push_back(found.stx_blocks * 512);
  listing->modes.push_back(found.stx_mode & 07777u);
  listing->uids.push_back(found.stx_uid);
  listing->gids.push_back(found.stx_gid);
  listing->modified.push_back(nanoseconds(found.stx_mtime));
  listing->changed.push_back(nanoseconds(found.stx_ctime));
  listing->born.push_back((found.stx_mask & STATX_BTIME) != 0 ? nanoseconds(found.stx_btime) : 0);
}

/** The device of the folder asked for: what is mounted below it belongs to others and may hang. */
uint64_t deviceOf(int fd) {
  struct statx found;
  if (::statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &found) != 0) return 0;
  return makedev(found.stx_dev_major, found.stx_dev_minor);
}

void listInto(Descriptor folder, const std::string& prefix, uint64_t device, int depth,
              FolderListing* listing) {
  DIR* stream = ::fdopendir(folder.get());
  if (stream == nullptr) {
    listing->refused.push_back({prefix, errno});
    return;
  }
  const int fd = folder.release();  // The stream's now.
  errno = 0;
  for (const dirent64* entry = ::readdir64(stream); entry != nullptr; entry = ::readdir64(stream)) {
    const char* name = entry->d_name;
    if (std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0) continue;
    if (listing->kinds.size() >= kMaxEntries) {
      listing->truncated = true;
      break;
    }
    struct statx found;
    const int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
    // One that fails is gone since: no entry.
    if (::statx(fd, name, flags, STATX_BASIC_STATS | STATX_BTIME, &found) == 0) {
      const std::string path = prefix.empty() ? name : prefix + "/" + name;
      addEntry(path, found, listing);
      if (S_ISDIR(found.stx_mode) && makedev(found.stx_dev_major, found.stx_dev_minor) == device) {
        Descriptor below(::openat64(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        if (!below.valid() || depth == kMaxDepth) {
          listing->refused.push_back({path, below.valid() ? ELOOP : errno});
        } else {
          listInto(std::move(below), path, device, depth + 1, listing);
        }
      }
    }
    errno = 0;
  }
  if (errno != 0) listing->refused.push_back({prefix, errno});
  ::closedir(stream);
}

}  // namespace

Failure readSpace(int fd, FolderSpace* space) {
  struct statfs64 found;
  int result;
  do {
    result = ::fstatfs64(fd, &found);
  } while (result != 0 && errno == EINTR);
  if (result != 0) return {errno, "fstatfs"};
  const auto unit = static_cast<uint64_t>(found.f_frsize != 0 ? found.f_frsize : found.f_bsize);
  space->type = static_cast<uint32_t>(found.f_type);
  space->blockSize = unit;
  space->bytes = found.f_blocks * unit;
  space->freeBytes = found.f_bfree * unit;
  space->availableBytes = found.f_bavail * unit;
  return {};
}

Failure listFolder(const std::string& path, FolderListing* listing) {
  Descriptor folder(::open64(path.c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC));
  if (!folder.valid()) return {errno, "openat"};
  if (Failure failure = readSpace(folder.get(), &listing->space)) return failure;
  const uint64_t device = deviceOf(folder.get());
  listInto(std::move(folder), "", device, 0, listing);
  return {};
}

}  // namespace memglass
