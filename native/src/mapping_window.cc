#include "mapping_window.h"

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <new>
#include <utility>

namespace memglass {
namespace {
std::atomic<size_t> liveWindows{0};
}

MappingWindow::MappingWindow(const uint8_t* base) : base_(base) { ++liveWindows; }

MappingWindow::~MappingWindow() {
  ::munmap(const_cast<uint8_t*>(base_), kWindowBytes);
  --liveWindows;
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
  // No MADV_RANDOM: it would turn off reading ahead, so that 64 KiB of a cold file cost 16 disk reads instead
  // of one, and it is not needed to bound memory, since the windows do.
  return std::shared_ptr<MappingWindow>(new MappingWindow(static_cast<const uint8_t*>(base)));
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
