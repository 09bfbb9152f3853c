#include "save_in_place.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "save_checks.h"
#include "save_journal.h"
#include "whole_io.h"

namespace memglass {
namespace {

Failure writePieces(int fd, const SaveRequest& request, SaveProgress& progress) {
  for (const SavePiece& piece : request.pieces) {
    // What is copied within the file may overwrite what is still to be copied: that needs a journal.
    if (piece.source != SavePiece::kBytes) return {EINVAL, "pwrite64"};
    size_t written = 0;
    const uint8_t* bytes = bytesOf(request.bytes) + piece.at;
    if (Failure failure = writeWhole(fd, bytes, piece.length, piece.offset, &written)) return failure;
    progress.done += written;
  }
  return {};
}

/**
 * Asks for the room first: a full disk then says so before the first byte. Holes under the pieces are to be
 * filled anyway; the size stays.
 */
Failure reserve(int fd, const SaveRequest& request) {
  for (const SavePiece& piece : request.pieces) {
    int result;
    do {
      result = ::fallocate64(fd, FALLOC_FL_KEEP_SIZE, static_cast<off64_t>(piece.offset),
                             static_cast<off64_t>(piece.length));
    } while (result != 0 && errno == EINTR);
    if (result == 0) continue;
    // Not every file system can, nor any device; then writing has the only word.
    if (errno == EOPNOTSUPP || errno == ENODEV || errno == ENOSYS) return {};
    return {errno, "fallocate"};
  }
  return {};
}

uint64_t totalOf(const SaveRequest& request) {
  uint64_t total = 0;
  for (const SavePiece& piece : request.pieces) total += piece.length;
  return total;
}

}  // namespace

Failure openToSave(const OpenFile& file, Descriptor* opened) {
  if (file.facts.kind != FileKind::kRegular && file.facts.kind != FileKind::kBlock)
    return {ENOTSUP, "openat"};
  const std::string link = "/proc/self/fd/" + std::to_string(file.fd.get());
  *opened = Descriptor(::open64(link.c_str(), O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  return opened->valid() ? Failure{} : Failure{errno, "openat"};
}

Failure saveInPlace(OpenFile& file, const SaveRequest& request, const std::string& journalPath,
                    SaveProgress& progress, SaveOutcome* outcome) {
  progress.total = totalOf(request) * (journalPath.empty() ? 1 : 2);
  Descriptor fd;
  if (Failure failure = openToSave(file, &fd)) return failure;
  if (Failure failure = checkIdentity(file, request.expected)) return failure;
  if (Failure failure = checkOriginals(fd.get(), request, progress, &outcome->changed)) return failure;
  if (!outcome->changed.empty()) return {};
  if (Failure failure = reserve(fd.get(), request)) return failure;
  if (journalPath.empty()) {
    if (Failure failure = writePieces(fd.get(), request, progress)) return failure;
    return ::fsync(fd.get()) == 0 ? Failure{} : Failure{errno, "fsync"};
  }
  Journal journal;
  if (Failure failure = Journal::write(journalPath, fd.get(), file.path, request, progress, &journal)) {
    return failure;
  }
  if (progress.canceled) {
    journal.remove();
    return {ECANCELED, "pwrite64"};
  }
  if (Failure failure = journal.apply(fd.get(), progress)) return failure;
  if (::fsync(fd.get()) != 0) return {errno, "fsync"};
  return journal.remove();
}

}  // namespace memglass
