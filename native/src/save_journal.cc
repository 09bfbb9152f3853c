#include "save_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "file_facts.h"
#include "folder_sync.h"
#include "whole_io.h"

namespace memglass {
namespace {

constexpr char kMagic[8] = {'M', 'G', 'S', 'A', 'V', 'E', '0', '1'};
constexpr uint64_t kPage = 4096;
constexpr size_t kBuffer = size_t{1} << 20;
constexpr uint64_t kLongestPath = 1 << 20;

struct ChunkHeader {
  uint64_t offset;
  uint64_t length;
  uint64_t oldHash;
  uint64_t newHash;
};

/** Tells bytes from other bytes; it is no protection from somebody who wants them to look alike. */
uint64_t hashOf(const uint8_t* bytes, size_t length, uint64_t seed = 0) {
  uint64_t hash = seed ^ (0x9e3779b97f4a7c15u + length);
  for (size_t i = 0; i < length; i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes + i, std::min<size_t>(8, length - i));
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  return hash;
}

uint64_t hashOf(const JournalHeader& header, const std::string& path) {
  const auto* fields = reinterpret_cast<const uint8_t*>(&header);
  return hashOf(bytesOf(path), path.size(), hashOf(fields, offsetof(JournalHeader, hash)));
}

/** A page's part of what begins at an offset. */
uint64_t chunkLength(uint64_t offset, uint64_t left) { return std::min(left, kPage - offset % kPage); }

uint64_t chunksOf(const SavePiece& piece) {
  if (piece.length == 0) return 0;
  return (piece.offset + piece.length - 1) / kPage - piece.offset / kPage + 1;
}

/** Writes one after the other through a buffer. */
class Appender {
 public:
  explicit Appender(int fd) : fd_(fd) { buffer_.reserve(kBuffer); }

  Failure add(const void* bytes, size_t length) {
    const auto* start = static_cast<const uint8_t*>(bytes);
    buffer_.insert(buffer_.end(), start, start + length);
    return buffer_.size() < kBuffer ? Failure{} : flush();
  }

  Failure flush() {
    size_t written = 0;
    const Failure failure = writeWhole(fd_, buffer_.data(), buffer_.size(), offset_, &written);
    offset_ += written;
    buffer_.clear();
    return failure;
  }

 private:
  int fd_;
  uint64_t offset_ = 0;
  std::vector<uint8_t> buffer_;
};

/** Writes the chunks of a piece, a block of the file at a time. */
Failure addPiece(const SavePiece& piece, int file, const SaveRequest& request, SaveProgress& progress,
                 Appender* out) {
  std::vector<uint8_t> before(kBuffer);
  std::vector<uint8_t> after(kBuffer);
  for (uint64_t done = 0; done < piece.length;) {
    if (progress.canceled) return {ECANCELED, "pwrite64"};
    const uint64_t offset = piece.offset + done;
    const uint64_t length = std::min(piece.length - done, kBuffer - offset % kPage);
    size_t had = 0;
    if (Failure failure = readWhole(file, before.data(), length, offset, &had)) return failure;
    const uint8_t* bytes = bytesOf(request.bytes) + piece.at + done;
    if (piece.source != SavePiece::kBytes) {
      size_t got = 0;
      if (Failure failure = readWhole(file, after.data(), length, piece.source + done, &got)) return failure;
      if (got < length) return {ESTALE, "pread64"};
      bytes = after.data();
    }
    for (uint64_t at = 0; at < length;) {
      const uint64_t part = chunkLength(offset + at, length - at);
      const size_t old = had <= at ? 0 : std::min<size_t>(part, had - at);
      const ChunkHeader chunk{offset + at, part, hashOf(before.data() + at, old), hashOf(bytes + at, part)};
      if (Failure failure = out->add(&chunk, sizeof chunk)) return failure;
      if (Failure failure = out->add(bytes + at, part)) return failure;
      at += part;
    }
    done += length;
    progress.done += length;
  }
  return {};
}

/** Reads one after the other through a buffer. */
class Scanner {
 public:
  Scanner(int fd, uint64_t offset) : fd_(fd), offset_(offset) {}

  /** EBADMSG where it ends before. */
  Failure take(void* into, size_t length) {
    auto* target = static_cast<uint8_t*>(into);
    while (length > 0) {
      if (at_ == buffer_.size()) {
        buffer_.resize(kBuffer);
        size_t got = 0;
        if (Failure failure = readWhole(fd_, buffer_.data(), kBuffer, offset_, &got)) return failure;
        if (got == 0) return {EBADMSG, "pread64"};
        buffer_.resize(got);
        offset_ += got;
        at_ = 0;
      }
      const size_t part = std::min(length, buffer_.size() - at_);
      std::memcpy(target, buffer_.data() + at_, part);
      at_ += part;
      target += part;
      length -= part;
    }
    return {};
  }

 private:
  int fd_;
  uint64_t offset_;
  std::vector<uint8_t> buffer_;
  size_t at_ = 0;
};

struct Chunk {
  ChunkHeader header;
  uint8_t bytes[kPage];
};

Failure takeChunk(Scanner* in, Chunk* chunk) {
  if (Failure failure = in->take(&chunk->header, sizeof chunk->header)) return failure;
  const ChunkHeader& header = chunk->header;
  if (header.length == 0 || header.length > kPage - header.offset % kPage) return {EBADMSG, "pread64"};
  if (Failure failure = in->take(chunk->bytes, header.length)) return failure;
  return hashOf(chunk->bytes, header.length) == header.newHash ? Failure{} : Failure{EBADMSG, "pread64"};
}

/** A save runs as long as its journal is locked. Given up with the descriptor, and so by a kill. */
Failure lock(int fd) { return ::flock(fd, LOCK_EX | LOCK_NB) == 0 ? Failure{} : Failure{errno, "flock"}; }

}  // namespace

Failure Journal::write(const std::string& path, int file, const std::string& filePath,
                       const SaveRequest& request, SaveProgress& progress, Journal* journal) {
  const std::string part = path + "." + std::to_string(::getpid()) + ".part";
  // One that is left from a process of the same number is nobody's.
  if (::unlink(part.c_str()) != 0 && errno != ENOENT) return {errno, "unlink"};
  Descriptor fd(::open64(part.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd.valid()) return {errno, "openat"};
  JournalHeader header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.dev = request.expected.dev;
  header.ino = request.expected.ino;
  header.oldSize = request.expected.size;
  header.newSize = request.newSize;
  for (const SavePiece& piece : request.pieces) header.chunks += chunksOf(piece);
  header.pathLength = filePath.size();
  header.hash = hashOf(header, filePath);
  Appender out(fd.get());
  Failure failure = lock(fd.get());
  if (!failure) failure = out.add(&header, sizeof header);
  if (!failure) failure = out.add(filePath.data(), filePath.size());
  for (const SavePiece& piece : request.pieces) {
    if (!failure) failure = addPiece(piece, file, request, progress, &out);
  }
  if (!failure) failure = out.flush();
  if (!failure && ::fdatasync(fd.get()) != 0) failure = {errno, "fdatasync"};
  // It has its name only once it is whole, and never takes another's.
  if (!failure && ::link(part.c_str(), path.c_str()) != 0) failure = {errno, "link"};
  const bool isNamed = !failure;
  if (::unlink(part.c_str()) != 0 && !failure) failure = {errno, "unlink"};
  if (!failure) failure = syncFolderOf(path);
  if (failure) {
    if (isNamed) ::unlink(path.c_str());
    return failure;
  }
  journal->path_ = path;
  journal->filePath_ = filePath;
  journal->fd_ = std::move(fd);
  journal->header_ = header;
  return {};
}

Failure Journal::open(const std::string& path, Journal* journal) {
  Descriptor fd(::open64(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.valid()) return {errno, "openat"};
  if (Failure failure = lock(fd.get())) return failure;
  Scanner in(fd.get(), 0);
  JournalHeader header{};
  if (Failure failure = in.take(&header, sizeof header)) return failure;
  const bool isJournal = std::memcmp(header.magic, kMagic, sizeof kMagic) == 0;
  if (!isJournal || header.pathLength > kLongestPath) return {EBADMSG, "pread64"};
  std::string filePath(header.pathLength, '\0');
  if (Failure failure = in.take(filePath.data(), filePath.size())) return failure;
  if (hashOf(header, filePath) != header.hash) return {EBADMSG, "pread64"};
  journal->path_ = path;
  journal->filePath_ = std::move(filePath);
  journal->fd_ = std::move(fd);
  journal->header_ = header;
  return {};
}

Failure Journal::look(int file, bool* isUntouched) const {
  *isUntouched = true;
  bool isTorn = false;
  Scanner in(fd_.get(), sizeof(JournalHeader) + filePath_.size());
  Chunk chunk;
  uint8_t there[kPage];
  for (uint64_t i = 0; i < header_.chunks; ++i) {
    if (Failure failure = takeChunk(&in, &chunk)) return failure;
    size_t got = 0;
    const ChunkHeader& header = chunk.header;
    if (Failure failure = readWhole(file, there, header.length, header.offset, &got)) return failure;
    const bool isNew = got == header.length && hashOf(there, got) == header.newHash;
    // Beyond the old end there was nothing that anybody could lose.
    const uint64_t had = header_.oldSize - std::min(header.offset, header_.oldSize);
    const bool isOld = hashOf(there, std::min<uint64_t>(got, had)) == header.oldHash;
    // A write that was short, and the last one: it ended within this chunk, and nothing after it is written.
    const bool isCut = !isOld && !isNew && !isTorn && got > 0 && there[0] == chunk.bytes[0];
    if (isTorn ? !isOld : !isOld && !isNew && !isCut) *isUntouched = false;
    isTorn = isTorn || isCut;
  }
  return {};
}

Failure Journal::apply(int file, SaveProgress& progress) const {
  Scanner in(fd_.get(), sizeof(JournalHeader) + filePath_.size());
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
    if (Failure failure = takeChunk(&in, &chunk)) return failure;
    if (start + run.size() != chunk.header.offset || run.size() >= kBuffer) {
      if (Failure failure = flush()) return failure;
      start = chunk.header.offset;
    }
    run.insert(run.end(), chunk.bytes, chunk.bytes + chunk.header.length);
  }
  if (Failure failure = flush()) return failure;
  if (header_.newSize >= header_.oldSize) return {};
  return ::ftruncate64(file, static_cast<off64_t>(header_.newSize)) == 0 ? Failure{}
                                                                         : Failure{errno, "ftruncate"};
}

Failure Journal::remove() {
  if (::unlink(path_.c_str()) != 0) return {errno, "unlink"};
  return syncFolderOf(path_);
}

Failure replayJournal(const std::string& path, SaveProgress& progress) {
  Journal journal;
  if (Failure failure = Journal::open(path, &journal)) return failure;
  const JournalHeader& header = journal.header();
  Descriptor file(::open64(journal.filePath().c_str(), O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.valid()) return {errno, "openat"};
  FileFacts facts;
  if (Failure failure = readStat(file.get(), &facts)) return failure;
  if (facts.kind == FileKind::kBlock) {
    facts.size = static_cast<uint64_t>(std::max<int64_t>(endOf(file.get()), 0));
  }
  const auto [least, most] = std::minmax(header.oldSize, header.newSize);
  const bool isIt = facts.dev == header.dev && facts.ino == header.ino;
  if (!isIt || facts.size < least || facts.size > most) return {ESTALE, "statx"};
  bool isUntouched = false;
  if (Failure failure = journal.look(file.get(), &isUntouched)) return failure;
  if (!isUntouched) return {ESTALE, "pread64"};
  if (Failure failure = journal.apply(file.get(), progress)) return failure;
  if (::fsync(file.get()) != 0) return {errno, "fsync"};
  return journal.remove();
}

}  // namespace memglass
