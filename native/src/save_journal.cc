#include "save_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "file_facts.h"
#include "folder_sync.h"
#include "journal_chunks.h"
#include "whole_io.h"

namespace memglass {
namespace {

constexpr char kMagic[8] = {'M', 'G', 'S', 'A', 'V', 'E', '0', '3'};
/** In its place in a journal that was withdrawn and could not be removed. */
constexpr char kVoid[8] = {'M', 'G', 'S', 'A', 'V', 'E', '-', '-'};
constexpr uint64_t kLongestPath = 1 << 20;

uint64_t hashOfHeader(const JournalHeader& header, const std::string& path) {
  const auto* fields = reinterpret_cast<const uint8_t*>(&header);
  return hashOf(bytesOf(path), path.size(), hashOf(fields, offsetof(JournalHeader, hash)));
}

/** Opens the file that a journal is about, and tells its size. ESTALE: another is there. */
Failure openFileOf(const JournalHeader& header, const std::string& path, Descriptor* file, uint64_t* size) {
  // Whatever has the path by now is not opened: that alone may do something.
  const Descriptor place(::open64(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place.valid()) return {errno, "openat"};
  FileFacts facts;
  if (Failure failure = readStat(place.get(), &facts)) return failure;
  if (facts.dev != header.dev || facts.ino != header.ino) return {ESTALE, "statx"};
  const std::string link = "/proc/self/fd/" + std::to_string(place.get());
  *file = Descriptor(::open64(link.c_str(), O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file->valid()) return {errno, "openat"};
  const bool isBlock = facts.kind == FileKind::kBlock;
  *size = isBlock ? static_cast<uint64_t>(std::max<int64_t>(endOf(file->get()), 0)) : facts.size;
  return {};
}

/** A save runs as long as its journal is locked. Given up with the descriptor, and so by a kill. */
Failure lock(int fd) { return ::flock(fd, LOCK_EX | LOCK_NB) == 0 ? Failure{} : Failure{errno, "flock"}; }

/**
 * Of one file several saves may begin at a time, also in one process; and whoever shares the folder may be of
 * another namespace, with the same process number.
 */
Failure nameOfPart(const std::string& path, std::string* part) {
  uint64_t random = 0;
  if (::getrandom(&random, sizeof random, 0) != sizeof random) return {errno, "getrandom"};
  char name[32];
  std::snprintf(name, sizeof name, ".%016llx.part", static_cast<unsigned long long>(random));
  *part = path + name;
  return {};
}

}  // namespace

Failure Journal::write(const std::string& path, int file, const std::string& filePath,
                       const SaveRequest& request, SaveProgress& progress, Journal* journal) {
  std::string part;
  if (Failure failure = nameOfPart(path, &part)) return failure;
  Descriptor fd(::open64(part.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd.valid()) return {errno, "openat"};
  JournalHeader header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.dev = request.expected.dev;
  header.ino = request.expected.ino;
  header.oldSize = request.expected.size;
  header.newSize = request.newSize;
  FileFacts now;
  if (Failure failure = readStat(file, &now)) return failure;
  header.ctimeNs = now.ctimeNs;
  for (const SavePiece& piece : request.pieces) header.chunks += chunksOf(piece);
  header.pathLength = filePath.size();
  header.hash = hashOfHeader(header, filePath);
  JournalWriter out(fd.get());
  Failure failure = lock(fd.get());
  if (!failure) failure = out.add(&header, sizeof header);
  if (!failure) failure = out.add(filePath.data(), filePath.size());
  for (const SavePiece& piece : request.pieces) {
    if (!failure) failure = out.addPiece(piece, file, request, progress);
  }
  if (!failure) failure = out.flush();
  if (!failure && ::fdatasync(fd.get()) != 0) failure = {errno, "fdatasync"};
  // It has its name only once it is whole, and never takes another's.
  if (!failure && ::link(part.c_str(), path.c_str()) != 0) failure = {errno, "link"};
  // Where that fails it is no journal, and goes with what other makers have left.
  ::unlink(part.c_str());
  if (failure) return failure;
  journal->path_ = path;
  journal->filePath_ = filePath;
  journal->fd_ = std::move(fd);
  journal->header_ = header;
  failure = syncFolderOf(path);
  if (!failure) return {};
  const Failure left = journal->withdraw();
  return left ? left : failure;
}

Failure Journal::open(const std::string& path, Journal* journal) {
  Descriptor fd(::open64(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.valid()) return {errno, "openat"};
  if (Failure failure = lock(fd.get())) return failure;
  // Its save was done between the two calls, and the name may be another's by now: whoever asks looks again.
  FileFacts now;
  if (Failure failure = readStat(fd.get(), &now)) return failure;
  if (now.nlink == 0) return {EWOULDBLOCK, "flock"};
  JournalReader in(fd.get(), 0);
  JournalHeader header{};
  if (Failure failure = in.take(&header, sizeof header)) return failure;
  if (std::memcmp(header.magic, kVoid, sizeof kVoid) == 0) {
    ::unlink(path.c_str());
    return {ENOENT, "openat"};
  }
  const bool isJournal = std::memcmp(header.magic, kMagic, sizeof kMagic) == 0;
  if (!isJournal || header.pathLength > kLongestPath) return {EBADMSG, "pread64"};
  std::string filePath(header.pathLength, '\0');
  if (Failure failure = in.take(filePath.data(), filePath.size())) return failure;
  if (hashOfHeader(header, filePath) != header.hash) return {EBADMSG, "pread64"};
  journal->path_ = path;
  journal->filePath_ = std::move(filePath);
  journal->fd_ = std::move(fd);
  journal->header_ = header;
  return {};
}

Failure Journal::read(uint64_t mostBytes, JournalContents* contents) const {
  contents->header = header_;
  contents->filePath = filePath_;
  contents->hasBytes = true;
  JournalReader in(fd_.get(), sizeof(JournalHeader) + filePath_.size());
  Chunk chunk;
  uint64_t end = 0;
  for (uint64_t i = 0; i < header_.chunks; ++i) {
    const Failure failure = in.takeChunk(&chunk);
    if (failure.error == EBADMSG) return {};
    if (failure) return failure;
    const ChunkHeader& header = chunk.header;
    if (!contents->lengths.empty() && header.offset == end) {
      contents->lengths.back() += static_cast<double>(header.length);
    } else {
      contents->offsets.push_back(static_cast<double>(header.offset));
      contents->lengths.push_back(static_cast<double>(header.length));
    }
    end = header.offset + header.length;
    contents->hasBytes = contents->hasBytes && contents->bytes.size() + header.length <= mostBytes;
    if (contents->hasBytes) {
      contents->bytes.insert(contents->bytes.end(), chunk.bytes, chunk.bytes + header.length);
    }
  }
  contents->isWhole = true;
  return {};
}

Failure Journal::look(int file, uint64_t size, JournalTrace* trace) const {
  // It grows write by write, and is cut by one call.
  bool hasOld = size == header_.oldSize && header_.newSize != header_.oldSize;
  bool hasNew = size != header_.oldSize;
  const bool isBetween = size > header_.oldSize && size < header_.newSize;
  *trace = JournalTrace::kOthers;
  if (size != header_.oldSize && size != header_.newSize && !isBetween) return {};
  JournalReader in(fd_.get(), sizeof(JournalHeader) + filePath_.size());
  Chunk chunk;
  uint8_t there[kChunkPage];
  bool isOurs = true;
  for (uint64_t i = 0; i < header_.chunks; ++i) {
    if (Failure failure = in.takeChunk(&chunk)) return failure;
    size_t got = 0;
    const ChunkHeader& header = chunk.header;
    if (Failure failure = readWhole(file, there, header.length, header.offset, &got)) return failure;
    const ChunkTrace found = traceOf(chunk, there, got, header_.oldSize);
    isOurs = isOurs && !found.hasOthers;
    hasOld = hasOld || found.hasOld;
    hasNew = hasNew || found.hasNew;
  }
  if (isOurs) *trace = hasOld && !hasNew ? JournalTrace::kNone : JournalTrace::kSome;
  return {};
}

Failure Journal::apply(int file, bool mayCut, SaveProgress& progress) const {
  JournalReader in(fd_.get(), sizeof(JournalHeader) + filePath_.size());
  Chunk chunk;
  // Neighbours are written with one call.
  std::vector<uint8_t> run;
  uint64_t start = 0;
  const auto flush = [&]() -> Failure {
    size_t written = 0;
    const Failure failure = writeWhole(file, run.data(), run.size(), start, &written);
    progress.done += written;
    run.clear();
    return failure;
  };
  for (uint64_t i = 0; i < header_.chunks; ++i) {
    if (Failure failure = in.takeChunk(&chunk)) return failure;
    if (start + run.size() != chunk.header.offset || run.size() >= kJournalBlock) {
      if (Failure failure = flush()) return failure;
      start = chunk.header.offset;
    }
    run.insert(run.end(), chunk.bytes, chunk.bytes + chunk.header.length);
  }
  if (Failure failure = flush()) return failure;
  if (!mayCut || header_.newSize >= header_.oldSize) return {};
  return ::ftruncate64(file, static_cast<off64_t>(header_.newSize)) == 0 ? Failure{}
                                                                         : Failure{errno, "ftruncate"};
}

Failure Journal::complete(int file, bool mayCut, SaveProgress& progress) {
  Failure failure = apply(file, mayCut, progress);
  if (!failure && ::fsync(file) != 0) failure = {errno, "fsync"};
  if (failure) {
    noteTouched(file);
    return failure;
  }
  // All is saved: one that stays, or comes back after a power loss, has nothing left to do as long as nobody
  // writes to the file.
  if (::unlink(path_.c_str()) == 0) {
    syncFolderOf(path_);
    return {};
  }
  failure = {errno, "unlink"};
  return makeVoid() ? failure : Failure{};
}

Failure Journal::withdraw() {
  // First: an unlink alone may be forgotten by a power loss, and the file is as it was when this began.
  const Failure kept = makeVoid();
  const Failure stays = ::unlink(path_.c_str()) == 0 ? Failure{} : Failure{errno, "unlink"};
  if (!kept) return {};
  return stays ? stays : syncFolderOf(path_);
}

Failure Journal::makeVoid() const {
  size_t written = 0;
  const auto* word = reinterpret_cast<const uint8_t*>(kVoid);
  if (Failure failure = writeWhole(fd_.get(), word, sizeof kVoid, 0, &written)) return failure;
  return ::fdatasync(fd_.get()) == 0 ? Failure{} : Failure{errno, "fdatasync"};
}

void Journal::noteTouched(int file) {
  FileFacts now;
  if (readStat(file, &now)) return;
  header_.ctimeNs = now.ctimeNs;
  header_.hash = hashOfHeader(header_, filePath_);
  size_t written = 0;
  // Within a sector: it is the old one or the new one. Where it stays the old one, the user is asked later.
  writeWhole(fd_.get(), reinterpret_cast<const uint8_t*>(&header_), sizeof header_, 0, &written);
}

Failure replayJournal(const std::string& path, SaveProgress& progress) {
  Journal journal;
  if (Failure failure = Journal::open(path, &journal)) return failure;
  Descriptor file;
  uint64_t size = 0;
  if (Failure failure = openFileOf(journal.header(), journal.filePath(), &file, &size)) return failure;
  JournalTrace trace = JournalTrace::kOthers;
  if (Failure failure = journal.look(file.get(), size, &trace)) return failure;
  if (trace == JournalTrace::kOthers) return {ESTALE, "pread64"};
  FileFacts now;
  if (Failure failure = readStat(file.get(), &now)) return failure;
  // The kill came before the first byte where nobody has touched the file. Else nobody knows who put the old
  // bytes there, and whether they are what is wanted now.
  const bool isTouched = now.ctimeNs != journal.header().ctimeNs;
  if (trace == JournalTrace::kNone && isTouched) return {ENODATA, "statx"};
  return journal.complete(file.get(), true, progress);
}

Failure forceJournal(const std::string& path, const std::string& filePath, SaveProgress& progress) {
  Journal journal;
  if (Failure failure = Journal::open(path, &journal)) return failure;
  JournalContents contents;
  if (Failure failure = journal.read(0, &contents)) return failure;
  if (!contents.isWhole) return {EBADMSG, "pread64"};
  Descriptor file;
  uint64_t size = 0;
  if (Failure failure = openFileOf(journal.header(), filePath, &file, &size)) return failure;
  return journal.complete(file.get(), size <= journal.header().oldSize, progress);
}

Failure readJournal(const std::string& path, uint64_t mostBytes, JournalContents* contents) {
  Journal journal;
  if (Failure failure = Journal::open(path, &journal)) return failure;
  return journal.read(mostBytes, contents);
}

}  // namespace memglass
