#include "file_open.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <atomic>
#include <cerrno>

#include "guarded_copy.h"
#include "mapping_window.h"
#include "sysv_segment.h"

namespace memglass {
namespace {

std::atomic<size_t> openFiles{0};
std::atomic<uint64_t> lastId{0};

// O_NONBLOCK: open(2) of a FIFO or of a tape would wait. O_NOCTTY: a terminal would become ours.
constexpr int kReadFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_LARGEFILE;

int openRetrying(const char* path, int flags) {
  int fd;
  do {
    fd = ::open64(path, flags);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

/** mem, null, zero, full, random, urandom: reading them does nothing to anybody. kmsg (11) is a log with a
 * cursor. */
bool isMemoryDevice(const FileFacts& facts) {
  if (facts.kind != FileKind::kCharacter || facts.rdevMajor != 1) return false;
  const uint32_t minor = facts.rdevMinor;
  return minor == 1 || minor == 3 || minor == 5 || minor == 7 || minor == 8 || minor == 9;
}

bool isReadable(const FileFacts& facts) {
  return facts.kind == FileKind::kRegular || facts.kind == FileKind::kBlock || isMemoryDevice(facts);
}

/**
 * Opens the inode behind an O_PATH descriptor, so that what was looked at is what is opened. proc(5): opening
 * /proc/self/fd/N opens the file itself, even one without a name.
 */
Failure reopen(int pathFd, const std::string& path, const FileFacts& facts, Descriptor* opened) {
  const std::string link = "/proc/self/fd/" + std::to_string(pathFd);
  *opened = Descriptor(openRetrying(link.c_str(), kReadFlags));
  if (opened->valid()) return {};
  if (errno != ENOENT) return {errno, "openat"};
  // No /proc (a bare chroot). The path may lead elsewhere by now; O_NONBLOCK keeps even that harmless.
  *opened = Descriptor(openRetrying(path.c_str(), kReadFlags));
  if (!opened->valid()) return {errno, "openat"};
  FileFacts now;
  if (Failure failure = readStat(opened->get(), &now)) return failure;
  if (!isSameFile(now, facts) || now.kind != facts.kind) return {ESTALE, "openat"};
  return {};
}

Failure lookAt(const std::string& path, Descriptor* pathFd, FileFacts* facts) {
  *pathFd = Descriptor(openRetrying(path.c_str(), O_PATH | O_CLOEXEC));
  if (!pathFd->valid()) return {errno, "openat"};
  return readFacts(pathFd->get(), facts);
}

Strategy chooseStrategy(int fd, const FileFacts& facts) {
  const bool mappable = facts.kind == FileKind::kBlock ||
                        (facts.kind == FileKind::kRegular && isLocalDisk(facts.fileSystemType));
  if (!mappable || !canCopyGuarded()) return Strategy::kRead;
  // Tried once: a file system may refuse, and so may a device.
  void* trial = ::mmap64(nullptr, pageSize(), PROT_READ, MAP_SHARED, fd, 0);
  if (trial == MAP_FAILED) return Strategy::kRead;
  ::munmap(trial, pageSize());
  return endOf(fd) < 0 ? Strategy::kRead : Strategy::kMap;
}

}  // namespace

OpenFile::OpenFile() = default;

OpenFile::~OpenFile() {
  if (!fd.valid()) return;
  WindowCache::shared().drop(id);
  fd.reset();
  --openFiles;
}

size_t OpenFile::count() { return openFiles.load(); }

Failure inspectPath(const std::string& path, FileFacts* facts) {
  Descriptor pathFd;
  if (Failure failure = lookAt(path, &pathFd, facts)) return failure;
  if (facts->kind == FileKind::kBlock) {
    Descriptor device;
    if (!reopen(pathFd.get(), path, *facts, &device)) {
      const int64_t end = endOf(device.get());
      facts->size = end < 0 ? 0 : static_cast<uint64_t>(end);
    }
  }
  return {};
}

Failure openForReading(const std::string& path, OpenFile* file) {
  Descriptor pathFd;
  if (Failure failure = lookAt(path, &pathFd, &file->facts)) return failure;
  if (!isReadable(file->facts)) return {ENOTSUP, "openat"};
  Descriptor opened;
  if (Failure failure = reopen(pathFd.get(), path, file->facts, &opened)) return failure;
  if (file->facts.kind == FileKind::kBlock) {
    const int64_t end = endOf(opened.get());
    file->facts.size = end < 0 ? 0 : static_cast<uint64_t>(end);
  }
  takeOpen(std::move(opened), path, file);
  return {};
}

void takeOpen(Descriptor opened, const std::string& path, OpenFile* file) {
  file->strategy = chooseStrategy(opened.get(), file->facts);
  file->path = path;
  file->id = ++lastId;
  file->fd = std::move(opened);
  ++openFiles;
}

}  // namespace memglass
