#include "save_in_place.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "block_digests.h"
#include "file_likeness.h"
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

/** Writing a journal takes its time. What others did to the file meanwhile is not gone over: ESTALE. */
Failure lookAgain(const OpenFile& file, int fd, const SaveRequest& request, BlockChecks& blocks,
                  const Journal& journal, SaveProgress& progress) {
  if (progress.canceled) return {ECANCELED, "pwrite64"};
  // The journal knows what it met; the user, what he saw.
  std::vector<uint32_t> changed;
  if (Failure failure = blocks.lookAgain(progress, &changed)) return failure;
  if (Failure failure = checkOriginals(fd, request, progress, &changed)) return failure;
  if (!changed.empty()) return {ESTALE, "pread64"};
  JournalTrace trace = JournalTrace::kOthers;
  if (Failure failure = journal.look(fd, request.expected.size, &trace)) return failure;
  if (trace == JournalTrace::kOthers) return {ESTALE, "pread64"};
  ExpectedObject expected = request.expected;
  // What is appended is in nobody's way where the size stays, and a log may grow all the time.
  const int64_t end = endOf(fd);
  if (request.newSize == expected.size && end > 0) {
    expected.size = std::max(expected.size, static_cast<uint64_t>(end));
  }
  return checkIdentity(file, expected);
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
  BlockChecks blocks(file, request);
  if (Failure failure = openToSave(file, &fd)) return failure;
  if (Failure failure = checkIdentity(file, request.expected)) return failure;
  if (Failure failure = blocks.look(progress, &outcome->changed)) return failure;
  if (Failure failure = checkOriginals(fd.get(), request, progress, &outcome->changed)) return failure;
  if (!outcome->changed.empty()) return {};
  const WriteTakes takes(fd.get());
  if (Failure failure = reserve(fd.get(), request)) return failure;
  if (Failure failure = blocks.noteOwn()) return failure;
  if (journalPath.empty()) {
    if (Failure failure = writePieces(fd.get(), request, progress)) return failure;
    takes.giveBack(fd.get());
    return ::fsync(fd.get()) == 0 ? Failure{} : Failure{errno, "fsync"};
  }
  Journal journal;
  if (Failure failure = Journal::write(journalPath, fd.get(), file.path, request, progress, &journal)) {
    return failure;
  }
  if (Failure failure = lookAgain(file, fd.get(), request, blocks, journal, progress)) {
    const Failure left = journal.withdraw();
    return left ? left : failure;
  }
  progress.hasJournal = true;
  if (Failure failure = journal.complete(fd.get(), true, progress)) return failure;
  // Left to the next write-back where it fails: the bytes are on the disk.
  if (takes.giveBack(fd.get())) ::fsync(fd.get());
  return {};
}

}  // namespace memglass
