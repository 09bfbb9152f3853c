#include "save_checks.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "path_fate.h"
#include "whole_io.h"

namespace memglass {
namespace {

constexpr uint64_t kPage = 4096;
constexpr size_t kLongestLook = size_t{1} << 20;
/** As many as a person looks at. */
constexpr size_t kMostChanged = 1000;

/** The pages around what is looked at, kept for the neighbours. */
class Look {
 public:
  explicit Look(int fd) : fd_(fd) {}

  /** False where the file has other bytes there, or ends before. */
  bool shows(uint64_t offset, const uint8_t* bytes, size_t length) {
    for (size_t done = 0; done < length;) {
      if (!(offset + done >= start_ && offset + done < start_ + got_) &&
          !fetch(offset + done, length - done)) {
        return false;
      }
      const size_t from = offset + done - start_;
      const size_t part = std::min(length - done, got_ - from);
      if (std::memcmp(page_.data() + from, bytes + done, part) != 0) return false;
      done += part;
    }
    return true;
  }

 private:
  bool fetch(uint64_t offset, size_t length) {
    start_ = offset / kPage * kPage;
    const uint64_t end = (offset + std::min(length, kLongestLook) + kPage - 1) / kPage * kPage;
    page_.resize(end - start_);
    return !readWhole(fd_, page_.data(), page_.size(), start_, &got_) && offset < start_ + got_;
  }

  int fd_;
  uint64_t start_ = 0;
  size_t got_ = 0;
  std::vector<uint8_t> page_;
};

}  // namespace

Failure checkIdentity(const OpenFile& file, const ExpectedObject& expected) {
  FileProbe probe;
  if (Failure failure = probeFile(file, &probe)) return failure;
  const bool same = probe.now.dev == expected.dev && probe.now.ino == expected.ino &&
                    probe.now.size == expected.size && probe.path.kind == PathFateKind::kSame;
  return same ? Failure{} : Failure{ESTALE, "statx"};
}

Failure checkOriginals(int fd, const SaveRequest& request, const SaveProgress& progress,
                       std::vector<uint32_t>* changed) {
  Look look(fd);
  for (size_t i = 0; i < request.checks.size() && changed->size() < kMostChanged; ++i) {
    if (progress.canceled) return {ECANCELED, "pread64"};
    const SaveCheck& check = request.checks[i];
    if (!look.shows(check.offset, bytesOf(request.originals) + check.at, check.length)) {
      changed->push_back(static_cast<uint32_t>(i));
    }
  }
  return {};
}

}  // namespace memglass
