#include "process_lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "guarded_copy.h"
#include "process_maps.h"

namespace memglass {
namespace {

/** Programs that follow each other in one process while it is looked at. */
constexpr int kLooks = 5;
constexpr size_t kRoom = size_t{64} << 10;

/**
 * The kernel fills a page with piece after piece until there is as much as was asked for; one that does not
 * fit any more it throws away and makes again for the next read, and for one of smaps it has walked the page
 * tables. So no more is asked for than leaves room for the longest.
 */
size_t bytesToAsk(size_t longestPiece) {
  return std::max(pageSize() / 2, pageSize() - std::min(longestPiece, pageSize()));
}

/** 0 at the end of the file, or the errno. */
int readLines(int file, const std::atomic<bool>& canceled, const LineReader& reader) {
  std::vector<char> piece(kRoom);
  size_t kept = 0;
  for (;;) {
    if (canceled) return ECANCELED;
    if (kept == piece.size()) piece.resize(2 * kept);
    const size_t room = std::min(piece.size() - kept, bytesToAsk(reader.longestPiece()));
    const ssize_t got = ::read(file, piece.data() + kept, room);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) return 0;
    const size_t length = kept + static_cast<size_t>(got);
    const void* newline = ::memrchr(piece.data(), '\n', length);
    const size_t whole = newline == nullptr ? 0 : static_cast<const char*>(newline) - piece.data() + 1;
    if (whole > 0) reader.take(piece.data(), piece.data() + whole);
    kept = length - whole;
    std::memmove(piece.data(), piece.data() + whole, kept);
  }
}

}  // namespace

Failure readProcessLines(const ProcessKey& key, const char* name, const std::atomic<bool>& canceled,
                         const LineReader& reader) {
  for (int look = 0; look < kLooks; ++look) {
    Descriptor folder;
    if (Failure failure = openProcess(key, &folder)) return failure;
    const Descriptor file(::openat64(folder.get(), name, O_RDONLY | O_CLOEXEC));
    if (!file.valid()) {
      const int error = errno;
      // The kernel may be built without this file: then the process is still there.
      const bool unknown = error == ENOENT && inodeOf(folder.get(), "stat") != 0;
      return {unknown ? ENOSYS : isGone(error) ? ESRCH : error, "openat"};
    }
    reader.restart();
    const int error = readLines(file.get(), canceled, reader);
    if (error != 0 && !isGone(error)) return {error, "read"};
    // The file has the address space of the program that was there when it was opened.
    if (error == 0 && isSameAddressSpace(file.get(), true)) {
      reader.finish(file.get());
      return {};
    }
  }
  return {ESRCH, "read"};
}

}  // namespace memglass
