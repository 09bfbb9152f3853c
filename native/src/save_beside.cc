#include "save_beside.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "file_likeness.h"
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
    fd_ = Descriptor(::open64(folderOf(path_).c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));
    if (fd_.valid()) return {};
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT) return {errno, "openat"};
    if (Failure failure = clear()) return failure;
    fd_ = Descriptor(::open64(name_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    isNamed_ = fd_.valid();
    return isNamed_ ? Failure{} : Failure{errno, "openat"};
  }

  /** Takes the place of the old file. */
  Failure swap() {
    if (!isNamed_) {
      if (Failure failure = clear()) return failure;
      if (::linkat(AT_FDCWD, linkOf(fd_.get()).c_str(), AT_FDCWD, name_.c_str(), AT_SYMLINK_FOLLOW) != 0) {
        return {errno, "linkat"};
      }
      isNamed_ = true;
    }
    if (::rename(name_.c_str(), path_.c_str()) != 0) return {errno, "rename"};
    isNamed_ = false;
    return syncFolderOf(path_);
  }

 private:
  /** The name is made of the old file's number: what has it is left from a save of that file that was killed.
   */
  Failure clear() {
    return ::unlink(name_.c_str()) == 0 || errno == ENOENT ? Failure{} : Failure{errno, "unlink"};
  }

  const std::string path_;
  const std::string name_;
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
  if (Failure failure = checkOriginals(from, request, progress, &outcome->changed)) return failure;
  if (!outcome->changed.empty()) return {};
  FileFacts before;
  if (Failure failure = readStat(from, &before)) return failure;
  if (before.kind != FileKind::kRegular) return {ENOTSUP, "rename"};
  if (before.nlink != 1) return {EMLINK, "rename"};
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
  if (after.mtimeNs != before.mtimeNs || after.nlink != 1) return {ESTALE, "statx"};
  return beside.swap();
}

}  // namespace memglass
