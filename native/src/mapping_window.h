#pragma once
// Mapping windows: pieces of files, mapped on demand, few at a time over the whole process.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

namespace memglass {

/** A window starts at a multiple of its size. A multiple of every page size there is (4, 16, 64 KiB). */
constexpr size_t kWindowBytes = size_t{2} << 20;
/** 16 × 2 MiB bounds what all files add to the resident set, and to the page tables (at most two tables
 * each). */
constexpr size_t kWindowCount = 16;

class MappingWindow {
 public:
  /** Maps MAP_SHARED, PROT_READ: a private mapping would answer the same but is charged differently by smaps.
   */
  static std::shared_ptr<MappingWindow> map(int fd, uint64_t index, int* error);
  ~MappingWindow();
  MappingWindow(const MappingWindow&) = delete;
  MappingWindow& operator=(const MappingWindow&) = delete;

  /** For guardedCopy only. Never load from it: see guarded_copy.h. */
  const uint8_t* base() const { return base_; }

  /**
   * Asks the disk for a range (offsets within the window) in one go, before the faults of a copy ask for it
   * page by page. Each 64 KiB only once per window: on pages that are there already it would cost a tenth of
   * the copy. From the file's thread only.
   */
  void fetch(int fd, size_t offset, size_t length);

  /** How many there are right now, those that a running copy still holds included. */
  static size_t count();

 private:
  MappingWindow(const uint8_t* base, uint64_t index);
  const uint8_t* base_;
  uint64_t index_;
  /** A bit per 64 KiB. */
  uint32_t fetched_ = 0;
};

/** The least recently used windows go first. Holders of a window keep it mapped past its eviction. */
class WindowCache {
 public:
  /** The one of the process; never destroyed, because threads may outlive exit(3)'s destructors. */
  static WindowCache& shared();

  /** The window numbered `index` of a file, mapped if need be; null with the errno where that fails. */
  std::shared_ptr<MappingWindow> get(uint64_t file, int fd, uint64_t index, int* error);
  /** Drops all windows of a file. */
  void drop(uint64_t file);

 private:
  struct Entry {
    uint64_t file = 0;
    uint64_t index = 0;
    uint64_t lastUse = 0;
    std::shared_ptr<MappingWindow> window;
  };
  std::mutex mutex_;
  uint64_t clock_ = 0;
  Entry entries_[kWindowCount];
};

}  // namespace memglass
