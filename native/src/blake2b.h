#pragma once
// BLAKE2b (RFC 7693), unkeyed: as strong as SHA-3 and, without instructions of its own, faster than a disk.
// Ours, because digests are taken and looked at on threads without JavaScript, and Electron gives an addon no
// OpenSSL to link with; the tests hold it against Node’s.

#include <cstddef>
#include <cstdint>

namespace memglass {

class Blake2b {
 public:
  static constexpr size_t kBytes = 64;

  Blake2b();
  void update(const void* bytes, size_t length);
  /** Once, at the end. */
  void finish(uint8_t* digest);

 private:
  static constexpr size_t kBlock = 128;
  void compress(const uint8_t* block, bool isLast);

  uint64_t state_[8];
  uint64_t length_ = 0;
  uint8_t pending_[kBlock];
  size_t held_ = 0;
};

}  // namespace memglass
