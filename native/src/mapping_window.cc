#include "mapping_window.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <new>
#include <utility>

namespace memglass {
namespace {
std::atomic<size_t> liveWindows{0};
constexpr size_t kChunkBytes = kWindowBytes / 32;
}  // namespace

MappingWindow::MappingWindow(const uint8_t* base, uint64_t index) : base_(base), index_(index) {
  ++liveWindows;
}

MappingWindow::~MappingWindow() {
  ::munmap(const_cast<uint8_t*>(base_), kWindowBytes);
  --liveWindows;
}

void MappingWindow::fetch(int fd, size_t offset, size_t length) {
  for (size_t chunk = offset / kChunkBytes; chunk * kChunkBytes < offset + length; ++chunk) {
    const uint32_t bit = uint32_t{1} << chunk;
    if ((fetched_ & bit) != 0) continue;
    fetched_ |= bit;
    // Advice: a failure changes nothing.
    const uint64_t start = index_ * kWindowBytes + chunk * kChunkBytes;
    ::posix_fadvise64(fd, static_cast<off64_t>(start), kChunkBytes, POSIX_FADV_WILLNEED);
  }
}

size_t MappingWindow::count() { return liveWindows.load(); }

std::shared_ptr<MappingWindow> MappingWindow::map(int fd, uint64_t index, int* error) {
  // A window may reach past the end of the file: mmap(2) allows it, and the copy stops there.
  void* base =
      ::mmap64(nullptr, kWindowBytes, PROT_READ, MAP_SHARED, fd, static_cast<off64_t>(index * kWindowBytes));
  if (base == MAP_FAILED) {
    *error = errno;
    return nullptr;
  }
  // Without MADV_RANDOM a fault reads its surroundings as well, as much as the disk's read_ahead_kb says:
  // where that is 8 MiB, each jump into a cold file takes 14 ms more. Readers ask for exactly their range
  // first (file_read.cc).
  ::madvise(base, kWindowBytes, MADV_RANDOM);
  return std::shared_ptr<MappingWindow>(new MappingWindow(static_cast<const uint8_t*>(base), index));
}

WindowCache& WindowCache::shared() {
  static WindowCache& cache = *new WindowCache;
  return cache;
}

std::shared_ptr<MappingWindow> WindowCache::get(uint64_t file, int fd, uint64_t index, int* error) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (Entry& entry : entries_) {
      if (entry.window && entry.file == file && entry.index == index) {
        entry.lastUse = ++clock_;
        return entry.window;
      }
    }
  }
  // Mapped outside the lock, so that one slow file system does not hold up the others. No two threads can map
  // the same window: a file has one thread.
  std::shared_ptr<MappingWindow> window = MappingWindow::map(fd, index, error);
  if (!window) return nullptr;
  std::shared_ptr<MappingWindow> evicted;  // Unmapped after the lock is released.
  const std::lock_guard<std::mutex> lock(mutex_);
  Entry* oldest = &entries_[0];
  for (Entry& entry : entries_) {
    if (entry.lastUse < oldest->lastUse) oldest = &entry;
  }
  evicted = std::exchange(oldest->window, window);
  oldest->file = file;
  oldest->index = index;
  oldest->lastUse = ++clock_;
  return window;
}

void WindowCache::drop(uint64_t file) {
  std::shared_ptr<MappingWindow> dropped[kWindowCount];
  const std::lock_guard<std::mutex> lock(mutex_);
  for (size_t i = 0; i < kWindowCount; ++i) {
    if (entries_[i].window && entries_[i].file == file) {
      dropped[i] = std::move(entries_[i].window);
      entries_[i].lastUse = 0;
    }
  }
}

}  // namespace memglass
