#include "save_beside.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "block_digests.h"
#include "file_likeness.h"
#include "file_writers.h"
#include "folder_sync.h"
#include "save_checks.h"
#include "sparse_copy.h"
#include "whole_io.h"

namespace memglass {
namespace {

std::string linkOf(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

/** The path of the file itself, whatever symlinks led to it. */
Failure realPathOf(const OpenFile& file, std::string* path) {
  char target[PATH_MAX];
  const ssize_t length = ::readlink(linkOf(file.fd.get()).c_str(), target, sizeof target);
  if (length < 0) return {errno, "readlink"};
  path->assign(target, static_cast<size_t>(length));
  FileFacts there;
  if (Failure failure = readPathStat(path->c_str(), &there)) return failure;
  return isSameFile(there, file.facts) ? Failure{} : Failure{ESTALE, "readlink"};
}

/** Each name leads to what the other led to. */
bool exchange(const std::string& one, const std::string& other) {
  return ::syscall(SYS_renameat2, AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0;
}

/** Whether a name leads to this file, as it was. */
bool isStill(const std::string& name, const FileFacts& old) {
  FileFacts now;
  if (readLinkStat(name.c_str(), &now)) return false;
  return isSameFile(now, old) && now.size == old.size && now.mtimeNs == old.mtimeNs && now.mode == old.mode &&
         now.uid == old.uid && now.gid == old.gid && now.nlink == old.nlink;
}

/** The new file: without a name while it is made, where the file system has that, so that a kill leaves none.
 */
class Beside {
 public:
  explicit Beside(const std::string& path, uint64_t ino)
      : path_(path), name_(folderOf(path) + "/.memglass-" + std::to_string(ino) + ".part") {}
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  ~Beside() {
    if (isNamed_) ::unlink(name_.c_str());
  }

  int fd() const { return fd_.get(); }

  Failure open() {
    // Now: a folder that cannot be opened must not be a failure once the file is replaced.
    folder_ = Descriptor(::open64(folderOf(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder_.valid()) return {errno, "openat"};
    fd_ = Descriptor(::open64(folderOf(path_).c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));
    if (fd_.valid()) return {};
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT) return {errno, "openat"};
    if (Failure failure = clear()) return failure;
    fd_ = Descriptor(::open64(name_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    isNamed_ = fd_.valid();
    return isNamed_ ? Failure{} : Failure{errno, "openat"};
  }

  /**
   * Takes the place of the old file, and of no other: ESTALE where something else has its path by now, or it
   * was changed, and then that has it again.
   */
  Failure swap(const FileFacts& old) {
    if (!isNamed_) {
      if (Failure failure = clear()) return failure;
      if (::linkat(AT_FDCWD, linkOf(fd_.get()).c_str(), AT_FDCWD, name_.c_str(), AT_SYMLINK_FOLLOW) != 0) {
        return {errno, "linkat"};
      }
      isNamed_ = true;
    }
    if (exchange(name_, path_)) {
      if (!isStill(name_, old)) {
        // Where it cannot go back, it is not to be removed.
        isNamed_ = exchange(name_, path_);
        return {ESTALE, "rename"};
      }
      // Left behind at worst: the save is done.
      ::unlink(name_.c_str());
    } else {
      if (errno == ENOENT) return {ESTALE, "rename"};
      // Not every file system can. What others put there in this very moment is gone then.
      if (errno != EINVAL && errno != ENOSYS) return {errno, "rename"};
      if (::rename(name_.c_str(), path_.c_str()) != 0) return {errno, "rename"};
    }
    isNamed_ = false;
    // Where it fails, a power loss brings the old file back, whole. To say that nothing was saved would be
    // wrong.
    ::fsync(folder_.get());
    return {};
  }

 private:
  /** The name is made of the old file's number: what has it is left from a save of that file that was killed.
   */
  Failure clear() {
    return ::unlink(name_.c_str()) == 0 || errno == ENOENT ? Failure{} : Failure{errno, "unlink"};
  }

  const std::string path_;
  const std::string name_;
  Descriptor folder_;
  Descriptor fd_;
  bool isNamed_ = false;
};

Failure compose(int from, int to, const SaveRequest& request, SaveProgress& progress) {
  // The size first: what is never written stays a hole.
  if (::ftruncate64(to, static_cast<off64_t>(request.newSize)) != 0) return {errno, "ftruncate"};
  for (const SavePiece& piece : request.pieces) {
    if (progress.canceled) return {ECANCELED, "pwrite64"};
    if (piece.source != SavePiece::kBytes) {
      if (Failure failure = copySparse(from, piece.source, to, piece.offset, piece.length, progress)) {
        return failure;
      }
      continue;
    }
    size_t written = 0;
    const uint8_t* bytes = bytesOf(request.bytes) + piece.at;
    if (Failure failure = writeWhole(to, bytes, piece.length, piece.offset, &written)) return failure;
    progress.done += written;
  }
  return {};
}

}  // namespace

Failure saveBeside(OpenFile& file, const SaveRequest& request, SaveProgress& progress, SaveOutcome* outcome) {
  progress.total = request.newSize;
  const int from = file.fd.get();
  std::string path;
  if (Failure failure = checkIdentity(file, request.expected)) return failure;
  if (Failure failure = realPathOf(file, &path)) return failure;
  FileFacts before;
  if (Failure failure = readStatAndTick(from, &before)) return failure;
  if (before.kind != FileKind::kRegular) return {ENOTSUP, "rename"};
  if (before.nlink != 1) return {EMLINK, "rename"};
  if (isOpenForWriting(from)) return {EBUSY, "fcntl"};
  if (Failure failure = checkOriginals(from, request, progress, &outcome->changed)) return failure;
  BlockChecks blocks(file, request);
  if (Failure failure = blocks.look(progress, &outcome->changed)) return failure;
  if (!outcome->changed.empty()) return {};
  Beside beside(path, before.ino);
  if (Failure failure = beside.open()) return failure;
  // First, so that what cannot be kept is said before the work.
  if (Failure failure = makeAlike(from, before, beside.fd())) return failure;
  if (Failure failure = compose(from, beside.fd(), request, progress)) return failure;
  // Writing takes set-user-ID and capabilities away.
  if (Failure failure = makeAlike(from, before, beside.fd())) return failure;
  if (::fsync(beside.fd()) != 0) return {errno, "fsync"};
  if (progress.canceled) return {ECANCELED, "rename"};
  FileFacts after;
  if (Failure failure = checkIdentity(file, request.expected)) return failure;
  if (Failure failure = readStat(from, &after)) return failure;
  // Of the mode, the owner and the attributes too.
  if (after.ctimeNs != before.ctimeNs || isOpenForWriting(from)) return {ESTALE, "statx"};
  return beside.swap(before);
}

}  // namespace memglass
