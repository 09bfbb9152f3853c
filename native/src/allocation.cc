#include "allocation.h"

#include <unistd.h>

#include <cerrno>

namespace memglass {
namespace {
/** A bucket in more pieces than this is judged by its first ones: a fragmented file has millions. */
constexpr int kPiecesPerBucket = 32;
}  // namespace

bool readAllocation(const OpenFile& file, const Buckets& buckets, uint8_t* into) {
  // Character devices answer 0 to every lseek.
  if (file.facts.kind != FileKind::kRegular) return false;
  const int fd = file.fd.get();
  // lseek(2): "a file system may treat all as data", so `all data` can also mean that it does not know.
  // Moving the file position harms nobody: everything here reads by pread.
  uint64_t data = 0;  // The piece of data found last: [data, hole).
  uint64_t hole = 0;
  bool exhausted = false;
  for (size_t i = 0; i < buckets.count; ++i) {
    const uint64_t start = buckets.start(i);
    const uint64_t end = buckets.end(i);
    uint64_t position = start;
    uint64_t held = 0;
    for (int pieces = 0; position < end && pieces < kPiecesPerBucket; ++pieces) {
      if (position >= hole && !exhausted) {
        const off64_t nextData = ::lseek64(fd, static_cast<off64_t>(position), SEEK_DATA);
        if (nextData < 0 && errno != ENXIO) return false;
        exhausted = nextData < 0;  // ENXIO: no data from here to the end of the file.
        if (!exhausted) {
          const off64_t nextHole = ::lseek64(fd, nextData, SEEK_HOLE);
          if (nextHole < 0 && errno != ENXIO) return false;
          // ENXIO, or nothing between: the file was cut between the two calls.
          exhausted = nextHole <= nextData;
          data = static_cast<uint64_t>(nextData);
          hole = exhausted ? data : static_cast<uint64_t>(nextHole);
        }
      }
      if (exhausted && position >= hole) {
        position = end;
        break;
      }
      const uint64_t from = std::clamp(data, position, end);
      const uint64_t to = std::clamp(hole, position, end);
      held += to - from;
      position = data >= end ? end : to;
    }
    into[i] = shareOf(held, position - start);
  }
  return true;
}

}  // namespace memglass
