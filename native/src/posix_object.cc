#include "posix_object.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "descriptor.h"
#include "folder_list.h"

namespace memglass {
namespace {

constexpr size_t kMaxName = 255;
constexpr uint64_t kMaxSize = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());

Failure openFolder(const std::string& path, Descriptor* folder) {
  *folder = Descriptor(::open64(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return folder->valid() ? Failure{} : Failure{errno, "openat"};
}

Failure openExpected(int folder, const std::string& name, const ExpectedObject& expected, Descriptor* object,
                     FileFacts* facts) {
  *object = Descriptor(::openat64(folder, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!object->valid()) return {errno, "openat"};
  if (Failure failure = readStat(object->get(), facts)) return failure;
  if (facts->dev != expected.dev || facts->ino != expected.ino) return {ESTALE, "statx"};
  return {};
}

/** Refuses early what cannot be: an object that is half made takes memory from others until it is undone. */
Failure checkSpace(int fd, uint64_t more) {
  FolderSpace space;
  if (readSpace(fd, &space)) return {};  // fallocate(2) has the last word.
  // A tmpfs without a limit says 0 for its size.
  if (space.bytes > 0 && more > space.availableBytes) return {ENOSPC, "fallocate"};
  return {};
}

Failure fill(int fd, const NewObject& wanted) {
  if (Failure failure = setSize(fd, 0, wanted.size, wanted.reserve)) return failure;
  // Last, and not by way of open(2), whose mode the umask changes: nobody else opens what is half made.
  return ::fchmod(fd, wanted.mode & 07777) == 0 ? Failure{} : Failure{errno, "fchmod"};
}

}  // namespace

Failure normalizeName(std::string* name) {
  name->erase(0, std::min(name->find_first_not_of('/'), name->size()));
  if (name->empty() || *name == "." || *name == ".." || name->find('/') != std::string::npos) {
    return {EINVAL, "shm_open"};
  }
  return name->size() > kMaxName ? Failure{ENAMETOOLONG, "shm_open"} : Failure{};
}

Failure setSize(int fd, uint64_t before, uint64_t size, bool reserve) {
  if (size > kMaxSize) return {EFBIG, "ftruncate"};
  const bool grows = size > before;
  if (reserve && grows) {
    if (Failure failure = checkSpace(fd, size - before)) return failure;
  }
  if (::ftruncate64(fd, static_cast<off64_t>(size)) != 0) return {errno, "ftruncate"};
  if (!reserve || !grows) return {};
  int result;
  do {
    result = ::fallocate64(fd, 0, static_cast<off64_t>(before), static_cast<off64_t>(size - before));
  } while (result != 0 && errno == EINTR);
  if (result == 0) return {};
  const Failure failure{errno, "fallocate"};
  // What was there before stays as it was; a writer that has come meanwhile would lose what it wrote.
  if (::ftruncate64(fd, static_cast<off64_t>(before)) != 0) return {errno, "ftruncate"};
  return failure;
}

Failure createObject(const std::string& folderPath, const std::string& name, const NewObject& wanted,
                     FileFacts* facts) {
  Descriptor folder;
  if (Failure failure = openFolder(folderPath, &folder)) return failure;
  if (wanted.reserve) {
    if (Failure failure = checkSpace(folder.get(), wanted.size)) return failure;
  }
  // O_EXCL: never another's object. (O_CREAT without it fails on somebody else's under protected_regular.)
  const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const Descriptor object(::openat64(folder.get(), name.c_str(), flags, 0600));
  if (!object.valid()) return {errno, "openat"};
  FileFacts made;
  if (Failure failure = readStat(object.get(), &made)) return failure;
  Failure failure = fill(object.get(), wanted);
  if (!failure) failure = readFacts(object.get(), facts);
  if (failure) {
    FileFacts there;
    Descriptor again;
    const ExpectedObject ours{made.dev, made.ino, 0};
    if (!openExpected(folder.get(), name, ours, &again, &there)) ::unlinkat(folder.get(), name.c_str(), 0);
  }
  return failure;
}

Failure unlinkObject(const std::string& path, const ExpectedObject& expected) {
  const size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::string name = path.substr(slash == std::string::npos ? 0 : slash + 1);
  Descriptor folder;
  if (Failure failure = openFolder(parent, &folder)) return failure;
  Descriptor object;
  FileFacts before;
  if (Failure failure = openExpected(folder.get(), name, expected, &object, &before)) return failure;
  if (::unlinkat(folder.get(), name.c_str(), 0) != 0) return {errno, "unlinkat"};
  FileFacts after;
  if (Failure failure = readStat(object.get(), &after)) return failure;
  return after.nlink < before.nlink ? Failure{} : Failure{ESTALE, "unlinkat"};
}

Failure changeObject(const std::string& path, const ExpectedObject& expected, const OwnerChange& change) {
  Descriptor object;
  FileFacts facts;
  if (Failure failure = openExpected(AT_FDCWD, path, expected, &object, &facts)) return failure;
  if (facts.kind != FileKind::kRegular) return {ENOTSUP, "openat"};
  constexpr uint32_t kSame = std::numeric_limits<uint32_t>::max();
  // The owner first: chown(2) takes the set-user-ID bits away.
  if (change.uid || change.gid) {
    if (::fchownat(object.get(), "", change.uid.value_or(kSame), change.gid.value_or(kSame), AT_EMPTY_PATH) !=
        0) {
      return {errno, "fchownat"};
    }
  }
  if (change.mode) {
    // fchmod(2) refuses an O_PATH descriptor, and an object that may not be opened has no other.
    const std::string link = "/proc/self/fd/" + std::to_string(object.get());
    if (::fchmodat(AT_FDCWD, link.c_str(), *change.mode & 07777, 0) != 0) return {errno, "fchmodat"};
  }
  return {};
}

}  // namespace memglass
