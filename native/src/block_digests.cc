#include "block_digests.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "blake2b.h"
#include "file_writers.h"
#include "whole_io.h"

namespace memglass {
namespace {

constexpr uint64_t kPage = 4096;
/** Fits the second-level cache. */
constexpr size_t kBuffer = size_t{256} << 10;
/** As many as a person looks at. */
constexpr size_t kMostChanged = 1000;
constexpr int kMostPasses = 2;

bool isZeros(const uint8_t* bytes, size_t length) {
  return bytes[0] == 0 && std::memcmp(bytes, bytes + 1, length - 1) == 0;
}

class Digester {
 public:
  Digester(int fd, const SaveBlock& block)
      : fd_(fd), block_(block), buffer_(std::min<uint64_t>(kBuffer, block.length)) {}

  bool run(const std::function<bool(uint64_t)>& goesOn) {
    for (uint64_t at = 0; at < block_.length;) {
      uint64_t start = 0;
      uint64_t stop = 0;
      findData(at, &start, &stop);
      if (!goesOn(start - at)) return false;
      for (at = start; at < stop;) {
        const size_t wanted = std::min<uint64_t>(stop - at, kBuffer);
        if (!take(at, wanted) || !goesOn(wanted)) return false;
        at += wanted;
      }
    }
    return static_cast<uint64_t>(::lseek64(fd_, 0, SEEK_END)) >= block_.offset + block_.length;
  }

  void finish(BlockDigest* digest) {
    uint8_t whole[Blake2b::kBytes];
    hash_.finish(whole);
    std::copy_n(whole, kDigestBytes, digest->begin());
  }

 private:
  /** Where the next pages are that may have anything but zeros. */
  void findData(uint64_t at, uint64_t* start, uint64_t* stop) const {
    *start = at;
    *stop = block_.length;
    const off64_t data = ::lseek64(fd_, static_cast<off64_t>(block_.offset + at), SEEK_DATA);
    // No data from here on; or no knowing, and then all of it is data.
    if (data < 0) {
      if (errno == ENXIO) *start = block_.length;
      return;
    }
    *start = std::min(block_.length, std::max(at, (data - block_.offset) / kPage * kPage));
    const off64_t hole = ::lseek64(fd_, data, SEEK_HOLE);
    if (hole > data) *stop = std::min(block_.length, (hole - block_.offset + kPage - 1) / kPage * kPage);
  }

  bool take(uint64_t at, size_t length) {
    size_t got = 0;
    if (readWhole(fd_, buffer_.data(), length, block_.offset + at, &got) || got < length) return false;
    for (size_t from = 0; from < length; from += kPage) {
      const size_t part = std::min<size_t>(kPage, length - from);
      if (isZeros(buffer_.data() + from, part)) continue;
      const uint64_t page = (at + from) / kPage;
      hash_.update(&page, sizeof page);
      hash_.update(buffer_.data() + from, part);
    }
    return true;
  }

  const int fd_;
  const SaveBlock& block_;
  Blake2b hash_;
  std::vector<uint8_t> buffer_;
};

uint64_t totalOf(const std::vector<SaveBlock>& blocks) {
  uint64_t total = 0;
  for (const SaveBlock& block : blocks) total += block.length;
  return total;
}

std::function<bool(uint64_t)> counted(SaveProgress& progress) {
  return [&progress](uint64_t done) {
    progress.done += done;
    return !progress.canceled;
  };
}

}  // namespace

bool digestOf(int fd, const SaveBlock& block, const std::function<bool(uint64_t)>& goesOn,
              BlockDigest* digest) {
  Digester digester(fd, block);
  if (!digester.run(goesOn)) return false;
  digester.finish(digest);
  return true;
}

Failure takeDigests(const OpenFile& file, const std::vector<SaveBlock>& blocks, SaveProgress& progress,
                    std::vector<uint8_t>* digests) {
  const int fd = file.fd.get();
  progress.total = totalOf(blocks);
  digests->resize(blocks.size() * kDigestBytes);
  FileFacts before;
  if (Failure failure = readStatAndTick(fd, &before)) return failure;
  if (before.ctimeNs != file.facts.ctimeNs) return {};
  for (size_t i = 0; i < blocks.size(); ++i) {
    BlockDigest digest;
    const bool isRead = digestOf(fd, blocks[i], counted(progress), &digest);
    if (progress.canceled) return {ECANCELED, "pread64"};
    if (!isUntouchedSince(fd, before)) return {};
    if (isRead) std::copy(digest.begin(), digest.end(), digests->begin() + i * kDigestBytes);
  }
  return {};
}

BlockChecks::BlockChecks(const OpenFile& file, const SaveRequest& request) : file_(file), request_(request) {
  // Stores through a mapping that is there already move the time of a file only now and then, on tmpfs never.
  isTold_ = !request.blocks.empty() && file.strategy == Strategy::kMap && !isOpenForWriting(file.fd.get());
}

Failure BlockChecks::look(SaveProgress& progress, std::vector<uint32_t>* changed) {
  if (request_.blocks.empty()) return {};
  for (int i = 0; i < kMostPasses; ++i) {
    if (Failure failure = readStatAndTick(file_.fd.get(), &seen_)) return failure;
    const size_t before = changed->size();
    if (Failure failure = pass(progress, changed)) return failure;
    // The first block was looked at a while ago.
    if (changed->size() > before || isUntouchedSince(file_.fd.get(), seen_)) return {};
  }
  for (size_t i = 0; i < request_.blocks.size() && changed->size() < kMostChanged; ++i) {
    changed->push_back(static_cast<uint32_t>(request_.checks.size() + i));
  }
  return {};
}

Failure BlockChecks::lookAgain(SaveProgress& progress, std::vector<uint32_t>* changed) {
  return isTold_ && isUntouchedSince(file_.fd.get(), seen_) ? Failure{} : look(progress, changed);
}

Failure BlockChecks::noteOwn() {
  return request_.blocks.empty() ? Failure{} : readStatAndTick(file_.fd.get(), &seen_);
}

Failure BlockChecks::pass(SaveProgress& progress, std::vector<uint32_t>* changed) {
  progress.total += totalOf(request_.blocks);
  for (size_t i = 0; i < request_.blocks.size() && changed->size() < kMostChanged; ++i) {
    const uint8_t* known = bytesOf(request_.digests) + i * kDigestBytes;
    const bool isKnown = !isZeros(known, kDigestBytes);
    BlockDigest now;
    const bool isSame = isKnown && digestOf(file_.fd.get(), request_.blocks[i], counted(progress), &now) &&
                        std::equal(now.begin(), now.end(), known);
    if (progress.canceled) return {ECANCELED, "pread64"};
    if (!isSame) changed->push_back(static_cast<uint32_t>(request_.checks.size() + i));
  }
  return {};
}

}  // namespace memglass
