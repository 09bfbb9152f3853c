#include "journal_chunks.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "whole_io.h"

namespace memglass {
namespace {

/** A page's part of what begins at an offset. */
uint64_t chunkLength(uint64_t offset, uint64_t left) {
  return std::min(left, kChunkPage - offset % kChunkPage);
}

/** The parts of a chunk by sector: calls `take(i, from, length)` for each, with where it is in the chunk. */
template <typename Take>
void eachSector(uint64_t offset, uint64_t length, const Take& take) {
  size_t i = 0;
  for (uint64_t from = 0; from < length; ++i) {
    const uint64_t part = std::min(length - from, kSector - (offset + from) % kSector);
    take(i, from, part);
    from += part;
  }
}

/** The bytes of a chunk that were in the file. */
uint64_t bytesBefore(uint64_t oldSize, uint64_t offset, uint64_t length) {
  return std::min(length, oldSize - std::min(offset, oldSize));
}

}  // namespace

uint64_t hashOf(const uint8_t* bytes, size_t length, uint64_t seed) {
  uint64_t hash = seed ^ (0x9e3779b97f4a7c15u + length);
  for (size_t i = 0; i < length; i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes + i, std::min<size_t>(8, length - i));
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  return hash;
}

uint64_t chunksOf(const SavePiece& piece) {
  if (piece.length == 0) return 0;
  return (piece.offset + piece.length - 1) / kChunkPage - piece.offset / kChunkPage + 1;
}

ChunkTrace traceOf(const Chunk& chunk, const uint8_t* there, size_t got, uint64_t oldSize) {
  ChunkTrace trace;
  const auto& [offset, length, hash] = chunk.header;
  const uint64_t had = bytesBefore(oldSize, offset, length);
  // Beyond the old end a cut-off save has left its own bytes, or zeros where the disk has not got them.
  for (uint64_t at = had; at < got; ++at) {
    if (there[at] != 0 && there[at] != chunk.bytes[at]) trace.hasOthers = true;
  }
  eachSector(offset, std::min(had, length), [&](size_t sector, uint64_t from, uint64_t part) {
    const bool isThere = from + part <= got;
    const bool isNew = isThere && std::memcmp(there + from, chunk.bytes + from, part) == 0;
    const bool isOld = isThere && hashOf(there + from, part) == chunk.oldHashes[sector];
    trace.hasOld = trace.hasOld || (isOld && !isNew);
    trace.hasNew = trace.hasNew || (isNew && !isOld);
    trace.hasOthers = trace.hasOthers || (!isNew && !isOld);
  });
  return trace;
}

Failure JournalWriter::add(const void* bytes, size_t length) {
  const auto* start = static_cast<const uint8_t*>(bytes);
  buffer_.insert(buffer_.end(), start, start + length);
  return buffer_.size() < kJournalBlock ? Failure{} : flush();
}

Failure JournalWriter::flush() {
  size_t written = 0;
  const Failure failure = writeWhole(fd_, buffer_.data(), buffer_.size(), offset_, &written);
  offset_ += written;
  buffer_.clear();
  return failure;
}

Failure JournalWriter::addPiece(const SavePiece& piece, int file, const SaveRequest& request,
                                SaveProgress& progress) {
  for (uint64_t done = 0; done < piece.length;) {
    if (progress.canceled) return {ECANCELED, "pwrite64"};
    const uint64_t offset = piece.offset + done;
    const uint64_t length = std::min(piece.length - done, kJournalBlock - offset % kChunkPage);
    size_t had = 0;
    if (Failure failure = readWhole(file, before_.data(), length, offset, &had)) return failure;
    const uint8_t* bytes = bytesOf(request.bytes) + piece.at + done;
    if (piece.source != SavePiece::kBytes) {
      size_t got = 0;
      if (Failure failure = readWhole(file, after_.data(), length, piece.source + done, &got)) return failure;
      if (got < length) return {ESTALE, "pread64"};
      bytes = after_.data();
    }
    for (uint64_t at = 0; at < length;) {
      const uint64_t part = chunkLength(offset + at, length - at);
      // The hashes are those of `expected`: whether that is what is there still is looked at before it is
      // applied.
      const uint64_t known = std::min<uint64_t>(had, bytesBefore(request.expected.size, offset, length));
      uint64_t hashes[kChunkPage / kSector];
      size_t count = 0;
      eachSector(offset + at, part, [&](size_t i, uint64_t from, uint64_t sector) {
        const uint64_t old = known <= at + from ? 0 : std::min(sector, known - at - from);
        hashes[i] = hashOf(before_.data() + at + from, old);
        count = i + 1;
      });
      const auto* head = reinterpret_cast<const uint8_t*>(hashes);
      const uint64_t hash = hashOf(bytes + at, part, hashOf(head, count * sizeof *hashes));
      const ChunkHeader chunk{offset + at, part, hash};
      if (Failure failure = add(&chunk, sizeof chunk)) return failure;
      if (Failure failure = add(hashes, count * sizeof *hashes)) return failure;
      if (Failure failure = add(bytes + at, part)) return failure;
      at += part;
    }
    done += length;
    progress.done += length;
  }
  return {};
}

Failure JournalReader::take(void* into, size_t length) {
  auto* target = static_cast<uint8_t*>(into);
  while (length > 0) {
    if (at_ == buffer_.size()) {
      buffer_.resize(kJournalBlock);
      size_t got = 0;
      if (Failure failure = readWhole(fd_, buffer_.data(), kJournalBlock, offset_, &got)) return failure;
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

Failure JournalReader::takeChunk(Chunk* chunk) {
  if (Failure failure = take(&chunk->header, sizeof chunk->header)) return failure;
  const ChunkHeader& header = chunk->header;
  const uint64_t most = kChunkPage - header.offset % kChunkPage;
  if (header.length == 0 || header.length > most) return {EBADMSG, "pread64"};
  const size_t sectors = (header.offset + header.length - 1) / kSector - header.offset / kSector + 1;
  const size_t hashed = sectors * sizeof *chunk->oldHashes;
  if (Failure failure = take(chunk->oldHashes, hashed)) return failure;
  if (Failure failure = take(chunk->bytes, header.length)) return failure;
  const uint64_t hash = hashOf(reinterpret_cast<const uint8_t*>(chunk->oldHashes), hashed);
  return hashOf(chunk->bytes, header.length, hash) == header.hash ? Failure{} : Failure{EBADMSG, "pread64"};
}

}  // namespace memglass
