#pragma once
// What a journal is made of: the chunks that what a save is to write is put into, one after the other.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "failure.h"
#include "save_request.h"

namespace memglass {

/** No chunk crosses one of the file. */
constexpr uint64_t kChunkPage = 4096;
/** What a disk writes as one. */
constexpr uint64_t kSector = 512;
/** What a journal and its file are read and written by at a time. */
constexpr size_t kJournalBlock = size_t{1} << 20;

/** The hashes of what was there follow, one for each sector that it touches; and then its bytes. */
struct ChunkHeader {
  uint64_t offset;
  uint64_t length;
  /** Of the bytes and of the hashes. */
  uint64_t hash;
};

struct Chunk {
  ChunkHeader header;
  uint64_t oldHashes[kChunkPage / kSector];
  uint8_t bytes[kChunkPage];
};

/** Tells bytes from other bytes; it is no protection from somebody who wants them to look alike. */
uint64_t hashOf(const uint8_t* bytes, size_t length, uint64_t seed = 0);

/** How many a piece takes. */
uint64_t chunksOf(const SavePiece& piece);

/** What a file has in the place of a chunk, sector by sector. One that is the same before and after is none.
 */
struct ChunkTrace {
  /** As it was before the save. */
  bool hasOld = false;
  /** As it shall be. */
  bool hasNew = false;
  bool hasOthers = false;
};

/** `there`: what the file has in its place, of which it has `got` bytes. */
ChunkTrace traceOf(const Chunk& chunk, const uint8_t* there, size_t got, uint64_t oldSize);

/** Writes one after the other into a file that is empty, through a buffer. */
class JournalWriter {
 public:
  explicit JournalWriter(int fd) : fd_(fd) { buffer_.reserve(kJournalBlock); }

  Failure add(const void* bytes, size_t length);
  /** The chunks of a piece of the request, which is about the file. */
  Failure addPiece(const SavePiece& piece, int file, const SaveRequest& request, SaveProgress& progress);
  Failure flush();

 private:
  int fd_;
  uint64_t offset_ = 0;
  std::vector<uint8_t> buffer_;
  /** A block of the file, and what is to stand there: of 100,000 pieces, all use the same. */
  std::vector<uint8_t> before_ = std::vector<uint8_t>(kJournalBlock);
  std::vector<uint8_t> after_ = std::vector<uint8_t>(kJournalBlock);
};

/** Reads one after the other through a buffer. EBADMSG where it ends before, or a chunk is not as it was
 * written. */
class JournalReader {
 public:
  JournalReader(int fd, uint64_t offset) : fd_(fd), offset_(offset) {}

  Failure take(void* into, size_t length);
  Failure takeChunk(Chunk* chunk);

 private:
  int fd_;
  uint64_t offset_;
  std::vector<uint8_t> buffer_;
  size_t at_ = 0;
};

}  // namespace memglass
